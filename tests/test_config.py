"""Is the right configuration found, is each value's origin told, and is nonsense refused by name?"""

from __future__ import annotations

from pathlib import Path

import pytest

from djcheck.config import DEFAULT_EXCLUDE, Config, ConfigError, Problem, load, override


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shop" / "app").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def pyproject(folder: Path, text: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(text, encoding="utf-8")
    return file


class TestFinding:
    def test_without_a_file_everything_is_default(self, project: Path) -> None:
        config = load([project / "shop"])
        assert config.file is None
        assert config.root == project
        assert set(config.provenance.values()) == {"default"}
        assert config.select == ("DJC",)
        assert config.excluded == DEFAULT_EXCLUDE

    def test_the_nearest_file_upwards_from_the_first_path_wins(self, project: Path) -> None:
        pyproject(project, '[tool.djcheck]\nfail-on = "never"\n')
        pyproject(project / "shop", '[tool.djcheck]\nfail-on = "note"\n')
        assert load([project / "shop" / "app", project]).fail_on == "note"
        assert load([project, project / "shop"]).fail_on == "never"

    def test_from_a_file_the_search_starts_in_its_folder(self, project: Path) -> None:
        (project / "shop" / "views.py").write_text("")
        pyproject(project / "shop", '[tool.djcheck]\nfail-on = "note"\n')
        assert load([project / "shop" / "views.py"]).fail_on == "note"

    def test_a_pyproject_that_does_not_speak_of_djcheck_is_passed_over(self, project: Path) -> None:
        pyproject(project, '[tool.djcheck]\nfail-on = "note"\n')
        pyproject(project / "shop", "[tool.black]\n[broken")
        assert load([project / "shop"]).fail_on == "note"

    def test_djcheck_toml_goes_before_pyproject(self, project: Path) -> None:
        pyproject(project, '[tool.djcheck]\nfail-on = "note"\n')
        (project / "djcheck.toml").write_text('fail-on = "error"\n')
        config = load([project])
        assert config.fail_on == "error"
        assert config.provenance["fail-on"] == "djcheck.toml"
        assert config.lines["fail-on"] == 1

    def test_an_explicit_file_wins(self, project: Path) -> None:
        pyproject(project, '[tool.djcheck]\nfail-on = "note"\n')
        other = project / "shop" / "strict.toml"
        other.write_text('fail-on = "error"\n')
        config = load([project], other)
        assert (config.fail_on, config.root) == ("error", project / "shop")


class TestReading:
    def test_every_key_is_read_and_its_origin_told(self, project: Path) -> None:
        pyproject(
            project,
            """
            [tool.djcheck]
            select = ["DJC1"]
            extend-select = ["DJC301"]
            ignore = ["query-in-loop"]
            fail-on = "error"
            ambiguous = "hide"
            format = "json"
            exclude = ["vendor"]
            extend-exclude = ["legacy/**"]
            include-tests = true
            include-migrations = true
            settings-module = "shop.settings"
            baseline = "ci/known.jsonl"
            require-reasons = true

            [tool.djcheck.agent-models]
            haiku = "openai:llama3"
            [tool.djcheck.per-path-ignores]
            "scripts/**" = ["DJC1"]
            [tool.djcheck.per-app-ignores]
            shop = ["DJC2"]
            [tool.djcheck.per-model-ignores]
            "shop.Book" = ["DJC3"]
            [tool.djcheck.per-relation-ignores]
            "shop.Book.author" = ["DJC101"]
            """.replace("            ", ""),
        )
        config = load([project])
        assert (config.select, config.extend_select, config.ignore) == (("DJC1",), ("DJC301",), ("query-in-loop",))
        assert (config.fail_on, config.ambiguous, config.format) == ("error", "hide", "json")
        assert config.excluded == ("vendor", "legacy/**")
        assert config.include_tests
        assert config.include_migrations
        assert config.settings_module == "shop.settings"
        assert config.baseline_file == Path("ci/known.jsonl")
        assert config.per_path_ignores == {"scripts/**": ("DJC1",)}
        assert config.per_app_ignores == {"shop": ("DJC2",)}
        assert config.per_model_ignores == {"shop.Book": ("DJC3",)}
        assert config.per_relation_ignores == {"shop.Book.author": ("DJC101",)}
        assert config.require_reasons
        assert config.agent_models == {"haiku": "openai:llama3"}
        assert set(config.provenance.values()) == {"pyproject.toml"}
        assert config.lines["select"] == 3
        assert config.lines["per-path-ignores"] == 19
        assert config.problems == ()

    def test_unknown_keys_are_problems_with_their_line_and_not_errors(self, project: Path) -> None:
        pyproject(project, '[project]\nfailon = 1\n[tool.djcheck]\nselect = ["DJC1"]\nfailon = "error"\n')
        assert load([project]).problems == (Problem(5, "failon"),)

    @pytest.mark.parametrize(
        ("line", "complaint"),
        [
            ('include-tests = "yes"', "include-tests: Expected `bool`, got `str`"),
            ('select = "DJC1"', "select: Expected `array`, got `str`"),
            ("select = [1]", r"select\[0\]: Expected `str`, got `int`"),
            ('fail-on = "fatal"', "fail-on: Invalid enum value 'fatal'"),
            ("settings-module = 3", "settings-module: Expected `str | null`, got `int`"),
            ('per-path-ignores = ["x"]', "per-path-ignores: Expected `object`, got `array`"),
        ],
    )
    def test_a_wrong_type_names_file_and_key(self, project: Path, line: str, complaint: str) -> None:
        pyproject(project, f"[tool.djcheck]\n{line}\n")
        with pytest.raises(ConfigError, match=rf"^pyproject\.toml: {complaint.replace('|', '[|]')}"):
            load([project])

    @pytest.mark.parametrize("text", ["[tool.djcheck]\nselect = [", "[tool.djcheck]\nselect = 1\nselect = 2"])
    def test_broken_toml_is_an_error(self, project: Path, text: str) -> None:
        pyproject(project, text)
        with pytest.raises(ConfigError, match=r"^pyproject\.toml: is not valid TOML"):
            load([project])

    def test_bytes_that_are_no_text_are_an_error(self, project: Path) -> None:
        (project / "djcheck.toml").write_bytes(b'select = ["\xff"]')
        with pytest.raises(ConfigError, match=r"^djcheck\.toml: is not valid TOML"):
            load([project])

    def test_a_table_that_is_none_is_an_error(self, project: Path) -> None:
        file = pyproject(project, "[tool]\ndjcheck = 3\n")
        with pytest.raises(ConfigError, match=r"tool\.djcheck must be a table"):
            load([project], file)


class TestCommandLine:
    def test_options_replace_values_and_add_to_ignores(self, project: Path) -> None:
        pyproject(project, '[tool.djcheck]\nselect = ["DJC1"]\nignore = ["DJC104"]\n')
        config = override(load([project]), {"select": ("--select", ("DJC2",)), "ignore": ("--ignore", ("DJC205",))})
        assert config.select == ("DJC2",)
        assert config.ignore == ("DJC104", "DJC205")
        assert config.provenance["select"] == "--select"
        assert config.provenance["ignore"] == "pyproject.toml, --ignore"


class TestWants:
    @pytest.mark.parametrize(
        ("select", "ignore", "wanted"),
        [
            (("DJC",), (), True),
            (("DJC2",), (), False),
            (("djc1",), (), True),
            (("query-in-loop",), (), True),
            (("DJC",), ("query-in-loop",), False),
            (("DJC",), ("DJC1",), False),
            (("DJC103",), ("DJC1",), True),
            (("query-in-loop",), ("DJC10",), True),
            (("DJC103",), ("DJC103",), False),
            ((), (), False),
            (("",), (), False),
        ],
    )
    def test_the_most_exact_selector_decides(
        self, select: tuple[str, ...], ignore: tuple[str, ...], wanted: bool
    ) -> None:
        assert Config(select=select, ignore=ignore).wants("DJC103", "query-in-loop") is wanted

    def test_extend_select_adds(self) -> None:
        assert Config(select=("DJC2",), extend_select=("DJC1",)).wants("DJC103", "query-in-loop")
