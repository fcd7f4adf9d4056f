-- Opens a file in the Neovim that runs this, waits for djcheck, takes a code action, saves.
-- Environment: FIXTURE_FILE, FIXTURE_CODE, FIXTURE_ACTION. Writes what it saw to FIXTURE_OUT as JSON.

local function finish(seen)
  vim.fn.writefile({ vim.json.encode(seen) }, vim.env.FIXTURE_OUT)
  vim.cmd("qall!")
end

local function here()
  return vim.tbl_filter(function(each)
    return each.code == vim.env.FIXTURE_CODE
  end, vim.diagnostic.get(0))
end

vim.cmd("edit " .. vim.fn.fnameescape(vim.env.FIXTURE_FILE))
local shown = vim.wait(60000, function()
  return #here() > 0
end, 50)
if not shown then
  return finish({ error = "no diagnostics", log = vim.fn.readfile(vim.lsp.get_log_path()) })
end

local found = here()[1]
local seen = { message = found.message, line = found.lnum, column = found.col, source = found.source, titles = {} }
vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })

local chosen = false
vim.ui.select = function(items, options, choose)
  for _, item in ipairs(items) do
    local title = options.format_item(item)
    table.insert(seen.titles, title)
    if not chosen and title:find(vim.env.FIXTURE_ACTION, 1, true) then
      chosen = true
      choose(item)
    end
  end
end
vim.lsp.buf.code_action()
local changed = vim.wait(30000, function()
  return vim.bo.modified
end, 50)
seen.gone = changed and vim.wait(60000, function()
  return #here() == 0
end, 50)
vim.cmd("write")
finish(seen)
