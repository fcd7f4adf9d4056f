"""Does the page work in a browser, opened as a file: filters, traces, keyboard, both colour schemes, 400 pixels?

It runs in headless Chromium, from Debian's packages chromium and chromium-driver; without them it is skipped.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

from djcheck.domain.finding import Decision
from djcheck.reporters.html import render
from djcheck.reporters.style import Style
from tests.building import finding, judged, report
from tests.reporters.write_snapshots import FOLDER

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
# The last four keep it from calling home, which a closed network would show as errors.
SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER), reason="needs Chromium: Debian's packages chromium and chromium-driver"
)


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for switch in (*SWITCHES, f"--user-data-dir={tmp_path_factory.mktemp('chromium')}"):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(DRIVER))
    yield driver
    driver.quit()


@pytest.fixture
def page(browser: webdriver.Chrome) -> Iterator[webdriver.Chrome]:
    """The page of the snapshot, opened anew; whatever happens in it, nothing may be said on the console."""
    show(browser, FOLDER / "html.html")
    yield browser
    assert browser.get_log("browser") == []  # type: ignore[no-untyped-call]


def show(browser: webdriver.Chrome, file: Path, *, width: int = 1000, scheme: str = "light") -> None:
    """Open a file in a window of that many CSS pixels and that colour scheme."""
    devices = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", devices)
    media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", media)
    browser.get("about:blank")
    browser.get(file.as_uri())


def in_view(page: webdriver.Chrome, selector: str) -> list[WebElement]:
    return [element for element in page.find_elements(By.CSS_SELECTOR, selector) if element.is_displayed()]


def choose(page: webdriver.Chrome, name: str, value: str) -> None:
    Select(page.find_element(By.NAME, name)).select_by_value(value)


def said(page: webdriver.Chrome) -> str:
    return page.find_element(By.ID, "shown").text


def wait_for(page: webdriver.Chrome, words: str) -> None:
    """What follows an address or a reset comes a moment later."""
    WebDriverWait(page, 10).until(lambda _: said(page) == words)


class TestFilters:
    def test_by_rule(self, page: webdriver.Chrome) -> None:
        assert (len(in_view(page, ".finding")), said(page)) == (5, "5 of 5 shown")
        choose(page, "rule", "DJC101")
        assert (len(in_view(page, ".finding")), said(page)) == (2, "2 of 5 shown")
        assert {each.get_attribute("data-rule") for each in in_view(page, ".finding")} == {"DJC101"}

    def test_by_app(self, page: webdriver.Chrome) -> None:
        apps = [option.get_attribute("value") for option in Select(page.find_element(By.NAME, "app")).options]
        assert apps == ["", "catalog"]
        choose(page, "app", "catalog")
        assert said(page) == "5 of 5 shown"

    def test_by_status_and_rule_together_and_all_again(self, page: webdriver.Chrome) -> None:
        choose(page, "status", "dismissed")
        assert said(page) == "1 of 5 shown"
        choose(page, "rule", "DJC304")
        assert (in_view(page, ".finding"), said(page)) == ([], "0 of 5 shown")
        page.find_element(By.CSS_SELECTOR, "button[type=reset]").click()
        wait_for(page, "5 of 5 shown")

    def test_the_choice_is_in_the_address_and_comes_back(self, page: webdriver.Chrome) -> None:
        choose(page, "status", "certain")
        assert page.current_url.endswith("#status=certain")
        page.refresh()
        wait_for(page, "3 of 5 shown")

    def test_a_rule_of_the_table_is_a_filter(self, page: webdriver.Chrome) -> None:
        page.find_element(By.LINK_TEXT, "DJC304").click()
        wait_for(page, "1 of 5 shown")


class TestTraces:
    def test_they_expand_step_by_step(self, page: webdriver.Chrome) -> None:
        first = page.find_element(By.CLASS_NAME, "finding")
        assert in_view(page, ".finding .code") == []
        first.find_element(By.TAG_NAME, "summary").click()
        assert [mark.text for mark in in_view(page, ".finding mark")] == ["self.author.publisher"]
        first.find_element(By.CSS_SELECTOR, ".trace > summary").click()
        assert [role.text for role in in_view(page, ".trace .role")] == ["origin", "loop", "call", "access"]
        assert len(in_view(page, ".trace mark")) == 4

    def test_the_models_are_drawn(self, page: webdriver.Chrome) -> None:
        first = page.find_element(By.CLASS_NAME, "finding")
        first.find_element(By.TAG_NAME, "summary").click()
        first.find_element(By.CSS_SELECTOR, ".models > summary").click()
        texts = [text.text for text in in_view(page, "svg .box text")]
        assert texts == ["catalog.Book", "catalog.Author", "catalog.Publisher"]
        (drawn,) = in_view(page, "svg")
        assert drawn.size["height"] > 150

    def test_the_relations_are_drawn_together(self, page: webdriver.Chrome) -> None:
        page.find_element(By.CSS_SELECTOR, "#overview > summary").click()
        assert [text.text for text in in_view(page, "#overview .box text")] == ["catalog.Author", "catalog.Book"]

    def test_all_at_once(self, page: webdriver.Chrome) -> None:
        button = page.find_element(By.ID, "unfold")
        button.click()
        assert len(in_view(page, ".trace ol")) == 5
        button.click()
        assert in_view(page, ".trace ol") == []


def test_the_keyboard_is_enough(page: webdriver.Chrome) -> None:
    tab_to(page, "document.activeElement.name === 'rule'")
    page.switch_to.active_element.send_keys("DJC304")
    wait_for(page, "1 of 5 shown")
    tab_to(page, "document.activeElement.matches('.finding > summary')")
    page.switch_to.active_element.send_keys(Keys.ENTER)
    tab_to(page, "document.activeElement.matches('.trace > summary')")
    page.switch_to.active_element.send_keys(Keys.SPACE)
    assert [role.text for role in in_view(page, ".trace .role")] == ["source", "sink"]


def tab_to(page: webdriver.Chrome, script: str) -> None:
    for _ in range(30):
        webdriver.ActionChains(page).send_keys(Keys.TAB).perform()
        if ask(page, script):
            return
    pytest.fail(f"the tabulator never leads where: {script}")


def test_it_is_readable_at_400_pixels(page: webdriver.Chrome) -> None:
    show(page, FOLDER / "html.html", width=400)
    page.find_element(By.CSS_SELECTOR, "#overview > summary").click()
    page.find_element(By.ID, "unfold").click()
    assert ask(page, "document.documentElement.scrollWidth") <= 400
    outside = ask(
        page,
        "[...document.querySelectorAll('body *')].filter((e) => e.checkVisibility()"
        " && (e.getBoundingClientRect().right > 400 || e.getBoundingClientRect().left < 0)).map((e) => e.className)",
    )
    assert outside == []
    sizes = ask(
        page,
        "[...document.querySelectorAll('summary, p, td, .code, svg text')].filter((e) => e.checkVisibility())"
        ".map((e) => parseFloat(getComputedStyle(e).fontSize))",
    )
    assert min(sizes) >= 12


def ask(page: webdriver.Chrome, expression: str) -> Any:
    return page.execute_script(f"return {expression}")


def test_light_and_dark_both_have_contrast(page: webdriver.Chrome) -> None:
    backs = {}
    for scheme in ("light", "dark"):
        show(page, FOLDER / "html.html", scheme=scheme)
        page.find_element(By.ID, "unfold").click()
        backs[scheme] = brightness(ask(page, "getComputedStyle(document.body).backgroundColor"))
        for selector in ("p", ".place", ".badge", ".number", ".doubt", "a"):
            (element, *_) = in_view(page, selector)
            text = brightness(element.value_of_css_property("color"))
            light, dark = max(text, backs[scheme]), min(text, backs[scheme])
            assert (light + 0.05) / (dark + 0.05) >= 4.5, (scheme, selector)  # WCAG 2.2, 1.4.3
    assert backs["light"] > 0.9
    assert backs["dark"] < 0.1


def brightness(colour: str) -> float:
    """The relative luminance of a computed colour, as WCAG 2.2 defines it."""
    values = [float(part) / 255 for part in colour.partition("(")[2].rstrip(")").split(",")[:3]]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in values]
    return sum(weight * value for weight, value in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_nothing_is_fetched(page: webdriver.Chrome) -> None:
    assert ask(page, "performance.getEntriesByType('resource').length") == 0


def test_hostile_code_does_not_run(page: webdriver.Chrome, tmp_path: Path) -> None:
    evil = "</script><script>window.owned = 1</script><img src=x onerror='window.owned = 1'>"
    hostile = replace(judged(Decision.DISMISSED), path=evil, message=evil, help=evil, symbol=evil)
    file = tmp_path / "report.html"
    file.write_bytes(render(report(finding(), hostile), lambda path: [evil] * 3, Style()))
    show(page, file)
    page.find_element(By.ID, "unfold").click()
    assert evil in page.find_elements(By.CLASS_NAME, "finding")[1].text
    assert ask(page, "window.owned === undefined")
    choose(page, "app", "(none)")
    assert said(page) == "2 of 2 shown"
