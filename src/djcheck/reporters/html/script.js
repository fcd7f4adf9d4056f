"use strict";
(() => {
  const form = document.getElementById("filters");
  if (!form) return;
  const findings = [...document.querySelectorAll(".finding")];
  const selects = [...form.querySelectorAll("select")];
  const shown = document.getElementById("shown");
  const unfold = document.getElementById("unfold");

  const filter = () => {
    const wanted = selects.filter((select) => select.value).map((select) => [select.name, select.value]);
    let count = 0;
    for (const finding of findings) {
      finding.hidden = !wanted.every(([key, value]) => finding.dataset[key] === value);
      count += finding.hidden ? 0 : 1;
    }
    shown.textContent = `${count} of ${findings.length} shown`;
    return wanted;
  };

  // The choice stands in the address, so that a link or a bookmark brings it back.
  const choose = () => {
    const wanted = filter();
    history.replaceState(null, "", "#" + new URLSearchParams(wanted).toString());
  };

  const follow = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target && target.classList.contains("finding")) {
      target.open = true;
      return;
    }
    const wanted = new URLSearchParams(location.hash.slice(1));
    for (const select of selects) {
      select.value = wanted.get(select.name) || "";
      if (select.selectedIndex < 0) select.value = "";
    }
    filter();
    if ([...wanted.keys()].length) form.scrollIntoView();
  };

  form.addEventListener("change", choose);
  form.addEventListener("reset", () => setTimeout(choose));
  form.addEventListener("submit", (event) => event.preventDefault());
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    unfold.textContent = open ? "Fold all" : "Unfold all";
    for (const details of document.querySelectorAll(".finding, .finding details")) details.open = open;
  });
  window.addEventListener("hashchange", follow);
  form.hidden = false;
  filter();
  follow();
})();
