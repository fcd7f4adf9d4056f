from __future__ import annotations

import os
from pathlib import Path

import pytest

from djcheck.sources.discover import FileKind, Found, discover


def build(root: Path, *paths: str, **texts: str) -> None:
    for path in paths:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(texts.get(file.name.partition(".")[0], ""))


def names(found: Found) -> list[str]:
    return [file.name for file in found.files]


def modules(found: Found) -> dict[str, tuple[str, str]]:
    return {file.name: (file.root, file.module) for file in found.files if file.kind is FileKind.PYTHON}


def test_python_files_and_templates_are_found_in_the_order_of_their_names(tmp_path: Path) -> None:
    build(
        tmp_path,
        "shop/views.py",
        "shop/models.py",
        "shop/templates/shop/list.html",
        "shop/templates/mail/order.txt",
        "jinja2/a.jinja",
        "README.txt",
        "frontend/app.component.html",
        "data.xml",
    )

    found = discover([tmp_path], base=tmp_path)

    assert names(found) == [
        "jinja2/a.jinja",
        "shop/models.py",
        "shop/templates/mail/order.txt",
        "shop/templates/shop/list.html",
        "shop/views.py",
    ]
    assert [file.kind.value for file in found.files] == ["template", "python", "template", "template", "python"]


def test_names_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    build(tmp_path, "a/b.py", "c/d.py")
    assert names(discover([tmp_path / "a", tmp_path / "c"], base=tmp_path / "a")) == ["../c/d.py", "b.py"]


def test_what_is_asked_for_twice_is_found_once(tmp_path: Path) -> None:
    build(tmp_path, "a/b.py", "a/c/d.py")
    paths = [tmp_path / "a/c", tmp_path / "a", tmp_path / "a/c/d.py", tmp_path / "a"]
    assert names(discover(paths, base=tmp_path)) == ["a/b.py", "a/c/d.py"]


@pytest.mark.parametrize(
    "path",
    [
        ".hidden/x.py",
        "node_modules/p/x.py",
        "env/lib/python3.12/site-packages/p/x.py",
        "__pycache__/x.py",
        "build/lib/x.py",
        "static/js/x.py",
        "p.egg-info/x.py",
        ".x.py",
    ],
)
def test_foreign_code_is_left_out(tmp_path: Path, path: str) -> None:
    build(tmp_path, path, "app/x.py")
    assert names(discover([tmp_path], base=tmp_path)) == ["app/x.py"]


def test_a_virtual_environment_is_known_by_its_own_file(tmp_path: Path) -> None:
    build(tmp_path, "weird/pyvenv.cfg", "weird/bin/x.py", "app/x.py")
    assert names(discover([tmp_path], base=tmp_path)) == ["app/x.py"]


def test_an_app_may_be_called_like_a_build_directory(tmp_path: Path) -> None:
    build(tmp_path, "vendor/__init__.py", "vendor/models.py", "build/__init__.py")
    assert names(discover([tmp_path], base=tmp_path)) == ["build/__init__.py", "vendor/__init__.py", "vendor/models.py"]


def test_tests_are_left_out_unless_wanted(tmp_path: Path) -> None:
    paths = ["a/tests/x.py", "a/test_x.py", "a/x_test.py", "a/tests.py", "a/conftest.py", "a/testing/x.py", "a/x.py"]
    build(tmp_path, *paths, "a/latest.py", "a/contest.py")

    assert names(discover([tmp_path], base=tmp_path)) == ["a/contest.py", "a/latest.py", "a/x.py"]
    wanted = discover([tmp_path], base=tmp_path, tests=True)
    assert {file.name for file in wanted.files if file.is_test} == set(paths[:-1])


def test_what_is_asked_for_by_name_is_read_whatever_its_name(tmp_path: Path) -> None:
    build(tmp_path, "tests/test_x.py", "tests/x.py", ".gitignore", "build/y.py")
    (tmp_path / ".gitignore").write_text("build\n")
    asked = [tmp_path / "tests", tmp_path / "tests/test_x.py", tmp_path / "build"]
    assert names(discover(asked, base=tmp_path)) == ["build/y.py", "tests/test_x.py", "tests/x.py"]


def test_migrations_are_marked_and_can_be_left_out(tmp_path: Path) -> None:
    build(tmp_path, "a/migrations/0001_initial.py", "a/models.py", "dojo/db_migrations/0001.py")
    found = discover([tmp_path], base=tmp_path)
    assert [file.name for file in found.files if file.is_migration] == [
        "a/migrations/0001_initial.py",
        "dojo/db_migrations/0001.py",
    ]
    assert names(discover([tmp_path], base=tmp_path, migrations=False)) == ["a/models.py"]


def test_gitignore_is_honoured_without_git(tmp_path: Path) -> None:
    build(tmp_path, "out/x.py", "a/gen_x.py", "a/gen_keep.py", "a/b/gen_y.py", "a/local.py", "b/local.py")
    (tmp_path / ".gitignore").write_text("out/\ngen_*.py\n!gen_keep.py\n!\n[\n")
    (tmp_path / "a" / ".gitignore").write_text("/local.py\n")
    (tmp_path / "a" / "b" / ".gitignore").write_text("!gen_y.py\n")

    assert names(discover([tmp_path], base=tmp_path)) == ["a/b/gen_y.py", "a/gen_keep.py", "b/local.py"]


def test_gitignore_above_counts_within_a_repository(tmp_path: Path) -> None:
    build(tmp_path, "repo/a/gen.py", "repo/a/x.py")
    (tmp_path / "repo" / ".gitignore").write_text("gen.py\n")
    asked = [tmp_path / "repo" / "a"]
    assert names(discover(asked, base=tmp_path)) == ["repo/a/gen.py", "repo/a/x.py"]
    (tmp_path / "repo" / ".git").mkdir()
    assert names(discover(asked, base=tmp_path)) == ["repo/a/x.py"]


def test_excluding_patterns_are_relative_to_their_own_base(tmp_path: Path) -> None:
    build(tmp_path, "p/legacy/x.py", "p/a/legacy/x.py", "p/a/z.py")
    found = discover([tmp_path / "p"], base=tmp_path, exclude=["/legacy", "z.py"], exclude_base=tmp_path / "p")
    assert names(found) == ["p/a/legacy/x.py"]


def test_an_empty_directory_and_a_missing_path(tmp_path: Path) -> None:
    assert discover([tmp_path], base=tmp_path) == Found((), ())
    found = discover([tmp_path / "nothing"], base=tmp_path)
    assert found.files == ()
    assert [(each.name, each.reason) for each in found.unreadable] == [
        ("nothing", "there is no such file or directory")
    ]


def test_loops_of_links_end_and_links_are_read_once(tmp_path: Path) -> None:
    build(tmp_path, "a/x.py", "elsewhere/y.py")
    (tmp_path / "a" / "loop").symlink_to(tmp_path / "a", target_is_directory=True)
    (tmp_path / "a" / "self.py").symlink_to("self.py")
    (tmp_path / "a" / "again.py").symlink_to("x.py")
    (tmp_path / "a" / "outside.py").symlink_to(tmp_path / "elsewhere" / "y.py")

    assert names(discover([tmp_path / "a"], base=tmp_path)) == ["a/outside.py", "a/self.py", "a/x.py"]


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root lists every directory")
def test_a_directory_that_cannot_be_listed_is_reported(tmp_path: Path) -> None:
    build(tmp_path, "a/x.py", "b/y.py")
    (tmp_path / "a").chmod(0)
    try:
        found = discover([tmp_path], base=tmp_path)
    finally:
        (tmp_path / "a").chmod(0o700)
    assert names(found) == ["b/y.py"]
    assert [each.name for each in found.unreadable] == ["a"]


def test_names_that_are_not_utf8_can_be_printed(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.py")).write_text("")
    except OSError:
        pytest.skip("the file system holds UTF-8 names only")
    (name,) = names(discover([tmp_path], base=tmp_path))
    assert name == "caf\ufffd.py"


def test_module_names_start_at_the_directory_with_manage_py(tmp_path: Path) -> None:
    build(
        tmp_path,
        "netbox/pyproject.toml",
        "netbox/netbox/manage.py",
        "netbox/netbox/netbox/__init__.py",
        "netbox/netbox/netbox/settings.py",
        "netbox/netbox/dcim/__init__.py",
        "netbox/netbox/dcim/models.py",
        "netbox/netbox/dcim/management/commands/load.py",
        "netbox/scripts/tool.py",
    )
    assert modules(discover([tmp_path], base=tmp_path)) == {
        "netbox/netbox/dcim/__init__.py": ("netbox/netbox", "dcim"),
        "netbox/netbox/dcim/management/commands/load.py": ("netbox/netbox", "dcim.management.commands.load"),
        "netbox/netbox/dcim/models.py": ("netbox/netbox", "dcim.models"),
        "netbox/netbox/manage.py": ("netbox/netbox", "manage"),
        "netbox/netbox/netbox/__init__.py": ("netbox/netbox", "netbox"),
        "netbox/netbox/netbox/settings.py": ("netbox/netbox", "netbox.settings"),
        "netbox/scripts/tool.py": ("netbox", "scripts.tool"),
    }


def test_module_names_of_packages_under_setup_py_or_src(tmp_path: Path) -> None:
    build(tmp_path, "wagtail/setup.py", "wagtail/wagtail/__init__.py", "wagtail/wagtail/models/__init__.py")
    build(tmp_path, "oscar/src/oscar/__init__.py", "oscar/src/oscar/apps/order/models.py")
    found = modules(discover([tmp_path], base=tmp_path))
    assert found["wagtail/wagtail/models/__init__.py"] == ("wagtail", "wagtail.models")
    assert found["oscar/src/oscar/apps/order/models.py"] == ("oscar/src", "oscar.apps.order.models")


def test_a_manage_py_inside_a_package_is_believed_only_where_its_settings_are(tmp_path: Path) -> None:
    text = 'os.environ.setdefault("DJANGO_SETTINGS_MODULE", "{}.settings")'
    build(tmp_path, "setup.py", "w/__init__.py", "w/test/__init__.py", "w/test/manage.py", manage=text.format("w.test"))
    build(
        tmp_path, "q/__init__.py", "q/manage.py", "q/conf/settings.py", "q/app/__init__.py", manage=text.format("conf")
    )
    found = modules(discover([tmp_path], base=tmp_path, tests=True))
    assert found["w/test/manage.py"] == (".", "w.test.manage")
    assert found["q/app/__init__.py"] == ("q", "app")


def test_two_projects_in_one_repository_may_use_the_same_names(tmp_path: Path) -> None:
    build(tmp_path, "one/manage.py", "one/shop/__init__.py", "two/manage.py", "two/shop/__init__.py")
    found = modules(discover([tmp_path], base=tmp_path))
    assert found["one/shop/__init__.py"] == ("one", "shop")
    assert found["two/shop/__init__.py"] == ("two", "shop")


def test_names_do_not_depend_on_how_deep_the_question_was(tmp_path: Path) -> None:
    build(tmp_path, "manage.py", "shop/__init__.py", "shop/api/__init__.py", "shop/api/views.py")
    whole = modules(discover([tmp_path], base=tmp_path))
    for path in ("shop", "shop/api", "shop/api/views.py"):
        for name, module in modules(discover([tmp_path / path], base=tmp_path)).items():
            assert whole[name] == module


def test_a_directory_between_root_and_package_leaves_two_names(tmp_path: Path) -> None:
    build(tmp_path, "manage.py", "apps/shop/__init__.py", "apps/shop/models.py", "apps/shop/commands/load.py")
    by_name = {file.name: file for file in discover([tmp_path], base=tmp_path).files}
    assert by_name["apps/shop/models.py"].module == "apps.shop.models"
    assert by_name["apps/shop/models.py"].alias == "shop.models"


def test_without_any_sign_the_directory_asked_for_is_the_root(tmp_path: Path) -> None:
    build(tmp_path, "p/a.py", "p/b/c.py")
    assert modules(discover([tmp_path / "p"], base=tmp_path)) == {"p/a.py": ("p", "a"), "p/b/c.py": ("p", "b.c")}
