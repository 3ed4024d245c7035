"""The explorer: its numbers are the library's, every control works, and the file that is mailed needs nothing else."""

import json
import math
import re
import shutil
import subprocess

import numpy as np
import pytest
from playwright.sync_api import expect, sync_playwright

from books import ROOT
from countback.book.club import explorer, translation
from countback.procedures import catalogue
from countback.trial import printed

pytestmark = pytest.mark.xdist_group("explorer")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
expect.set_options(timeout=30_000)  # a busy machine

CASES = [
    {"label": "first", "arms": ["one arm", "<b>other</b>"], "cells": [16, 29, 9, 30], "randomised": [30, 30],
     "printed": "0.052"},
    {"label": "second", "arms": ["one arm", "other"], "cells": [7, 13, 2, 12], "randomised": [13, 12],
     "printed": "0.036"},
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def core(chromium):
    """A page that has what the explorer computes with."""
    page = chromium.new_page()
    page.set_content(f"<script>{explorer.core()}; window.core = core();</script>")
    yield page
    page.close()


@pytest.fixture(scope="module")
def mailed(tmp_path_factory):
    path = tmp_path_factory.mktemp("mailed") / "explorer.html"
    path.write_text(explorer.page(CASES, "A <title>", "<p>first: 16 of 29 against 9 of 30</p>"), encoding="utf-8")
    return path


@pytest.fixture
def opened(chromium, mailed):
    """The file that is mailed, opened without a network; whatever a page complains of fails the test."""
    complaints = []
    context = chromium.new_context(offline=True, viewport={"width": 1200, "height": 900}, has_touch=True)
    page = context.new_page()
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.goto(mailed.as_uri())
    page.wait_for_selector(".explorer-map circle")
    yield page
    context.close()
    assert complaints == []


def summary(page, words):
    expect(page.locator(".explorer-summary")).to_contain_text(words)  # its policy lets nothing be evaluated
    return page.inner_text(".explorer-summary")


def as_number(value):
    return {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}.get(value, value)


def tables(count, largest, seed):
    random = np.random.default_rng(seed)
    n1, n2 = random.integers(1, largest + 1, (2, count))
    found = np.stack([random.integers(0, n1 + 1), n1, random.integers(0, n2 + 1), n2])
    edges = [(0, 5, 0, 5), (5, 5, 5, 5), (0, 5, 5, 5), (5, 5, 0, 5), (1, 1, 0, 1), (16, 29, 9, 30), (7, 13, 2, 12)]
    return np.concatenate([found, np.array(edges).T], axis=1)


TRANSLATED = [key for key, one in catalogue.items() if f"  {key}: {{" in translation.library([one])]

COMPUTE = """([key, tables]) => tables.map(([a, n1, b, n2]) => {
    const one = core.procedures[key];
    const made = one.arms === 2 ? one.compute(a, n1, b, n2, 0.9) : one.compute(a, n1, 0.9);
    return [made].flat().map((v) => (Number.isFinite(v) ? v : Number.isNaN(v) ? "nan" : v > 0 ? "inf" : "-inf"));
})"""


@pytest.mark.slow
@pytest.mark.parametrize("key", TRANSLATED)
def test_a_procedure_in_the_browser_is_that_of_the_library(core, key):
    procedure = catalogue[key]
    quick = procedure.family not in ("Blaker", "Fisher, minimum likelihood") or procedure.kind == "test"
    columns = tables(3000 if quick else 300, 200, 11)
    words = {"level": 0.9} if procedure.kind == "interval" else {}
    expected = procedure(*columns[: 2 * procedure.arms], **words)
    rows = np.stack(expected, axis=1) if isinstance(expected, tuple) else np.asarray(expected)[:, None]
    made = core.evaluate(COMPUTE, [key, columns.T.tolist()])
    found = np.array([[as_number(value) for value in row] for row in made], dtype=float)
    np.testing.assert_allclose(found, rows, rtol=2e-9, atol=1e-12)


@pytest.mark.slow
def test_unconditional_tests_in_the_browser_are_those_of_the_library(core):
    keys = [key for key in catalogue if key.startswith(("p_barnard", "p_boschloo"))]
    assert sorted(keys) == sorted(core.evaluate("core.UNCONDITIONAL.map((one) => one[0])"))
    columns = np.concatenate([tables(40, 40, 12), tables(3, 200, 13)[:, :3]], axis=1)
    for key in keys:
        found = core.evaluate(
            "([key, tables]) => tables.map((one) => core.pValue(key, one))", [key, columns.T.tolist()]
        )
        np.testing.assert_allclose(found, catalogue[key](*columns), atol=2e-8)


def test_the_rule_and_every_test_of_the_catalogue_are_there(core):
    known = core.evaluate("core.tests().map((one) => [one.key, one.name, one.sides, one.conventional])")
    two_arms = [p for p in catalogue.values() if p.kind == "test" and p.arms == 2]
    assert sorted(known) == sorted([p.key, p.name, p.sides, p.conventional] for p in two_arms)
    for table in [(16, 29, 9, 30), (1, 30, 4, 30), (0, 3, 0, 3)]:
        assert core.evaluate("cells => core.pValue(core.RULE, cells)", list(table)) == pytest.approx(
            catalogue["p_pearson_or_fisher"](*table)
        )


def test_what_a_printed_p_is_given_by_is_what_the_library_says(core):
    texts = ["0.052", "0.05", ".05", "0.0500", "<0.001", ">0.05", "NS", "p = 0.036"]
    values = [0.0004, 0.0009999, 0.0495, 0.05, 0.0515, 0.0524, 0.0525, 0.03649, 0.0355, 0.2]
    for text in texts:
        number = printed.parse_p(text.removeprefix("p = "))
        for value in values:
            made = core.evaluate("([t, v]) => core.gives(core.parseP(t), v, 0.05)", [text, value])
            assert bool(made) is bool(printed.rules_that_print(number, value)), (text, value)


def test_the_posterior_is_that_of_the_library(core):
    from countback.analyses.bayes import Beta, difference_interval, probability_above

    for cells, prior in (([16, 29, 9, 30], [1, 1]), ([0, 29, 2, 30], [0.5, 0.5]), ([150, 200, 120, 190], [5, 5])):
        first = Beta(cells[0] + prior[0], cells[1] - cells[0] + prior[1])
        second = Beta(cells[2] + prior[0], cells[3] - cells[2] + prior[1])
        made = core.evaluate("([cells, prior]) => core.posterior(cells, prior, 0.95)", [cells, prior])
        assert made["above"] == pytest.approx(probability_above(first, second), abs=1e-6)
        assert [made["low"], made["high"]] == pytest.approx(difference_interval(first, second, 0.95), abs=1e-6)


def test_the_modules_have_their_types(tmp_path):
    compiler = ROOT / "tests" / "node_modules" / "typescript" / "bin" / "tsc"
    if not compiler.exists():
        pytest.skip("npm ci --prefix tests installs the compiler that checks the types")
    for name in (*explorer.CORE, "explorer", "boot"):
        (tmp_path / f"{name}.js").write_text(explorer.module(name), encoding="utf-8")
    options = "--noEmit --allowJs --checkJs --strict --target es2022 --module esnext --moduleResolution bundler"
    command = ["node", str(compiler), *options.split(), "--lib", "es2022,dom,dom.iterable", str(tmp_path / "boot.js")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.stdout == ""
    assert made.returncode == 0


def test_it_is_small_and_fetches_nothing(mailed):
    text = mailed.read_text(encoding="utf-8")
    assert len(text.encode()) < 150_000
    assert "A &lt;title&gt;" in text
    assert not re.findall(r"(?:src|href)=|fetch\(|import\(|https?://(?!www\.w3\.org/2000/svg)", text)


@pytest.mark.slow
def test_a_patient_is_moved_by_mouse_keyboard_and_touch(opened):
    assert "16 of 29 (55.2%)" in opened.inner_text(".explorer-summary")
    assert "another test only" in opened.inner_text(".explorer-verdict")
    assert "<b>other</b>: 9 of 30" in opened.inner_text(".explorer-summary")  # a name is text
    opened.get_by_role("button", name="responders: one more").first.click()
    assert "p = 0.0268" in summary(opened, "17 of 29")
    opened.get_by_role("button", name="responders: one fewer").first.tap()
    summary(opened, "16 of 29")
    opened.focus("#explorer-b-slider")
    opened.keyboard.press("ArrowRight")
    summary(opened, "10 of 30")
    opened.focus(".explorer-keys")
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("ArrowLeft")
    summary(opened, "17 of 29")
    assert "9 of 30" in opened.inner_text(".explorer-summary")
    assert opened.evaluate("document.activeElement.className") == "explorer-keys"
    opened.fill("#explorer-n2", "31")
    summary(opened, "9 of 31")
    opened.fill("#explorer-a", "999")
    summary(opened, "29 of 29")
    expect(opened.locator(".explorer")).to_have_attribute("data-pending", "0")  # else the page moves under the finger
    plot = opened.locator("rect.explorer-plot").first
    plot.tap(position={"x": 3, "y": plot.bounding_box()["height"] - 3}, force=True)
    summary(opened, "0 of 29")


@pytest.mark.slow
def test_the_missing_patient_the_settings_and_the_other_comparison(opened):
    opened.get_by_role("button", name="non-responder", exact=True).click()
    assert "p = 0.0668" in summary(opened, "16 of 30 (53.3%)")
    assert opened.inner_text("#explorer-missing-0") == ""
    opened.get_by_role("button", name="Back to the trial").click()
    summary(opened, "16 of 29")
    opened.select_option("#explorer-test", "p_fisher_2s")
    assert "p = 0.0673" in summary(opened, "Fisher exact")
    opened.fill("#explorer-level", "0.9")
    opened.press("#explorer-level", "Tab")
    summary(opened, "90% interval")
    opened.fill("#explorer-alpha", "0.1")
    opened.press("#explorer-alpha", "Tab")
    expect(opened.locator(".explorer-turning")).to_contain_text("0.1")
    opened.select_option("#explorer-prior", "5,5")
    expect(opened.locator("figcaption").nth(2)).to_contain_text("probability")
    opened.fill("#explorer-printed", "<0.001")
    expect(opened.locator(".explorer-verdict")).to_contain_text("not reproduced")
    opened.get_by_role("button", name="second").click()
    summary(opened, "7 of 13")
    assert "not reproduced" in opened.inner_text(".explorer-verdict") or "another" in opened.inner_text(
        ".explorer-verdict"
    )
    opened.get_by_text("every interval").first.click()
    expect(opened.locator(".explorer-table").first).to_contain_text("Newcombe")
    opened.get_by_role("button", name="responders: one more").first.click()
    summary(opened, "8 of 13")
    opened.get_by_text("one-sided tests").first.click()
    expect(opened.locator(".explorer-table").nth(1)).to_contain_text("one-sided (greater)")


@pytest.mark.slow
def test_a_state_is_a_link_and_an_image(opened):
    opened.get_by_role("button", name="responders: one more").first.click()
    summary(opened, "17 of 29")
    link = opened.url
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Save as an image").click()
    image = download.value.path().read_text(encoding="utf-8")
    assert image.startswith("<svg")
    assert "17 of 29" in image
    opened.goto("about:blank")
    opened.goto(link)
    summary(opened, "17 of 29")
    opened.goto("about:blank")
    opened.goto(link.split("#")[0] + "#a=-4&n1=1e9&b=x&test=nothing&alpha=7&prior=0,0&p=%3Cscript%3E")
    opened.wait_for_selector(".explorer-map circle")
    assert "16 of 29" in opened.inner_text(".explorer-summary")
    assert "cannot be read" in opened.inner_text(".explorer-verdict")


@pytest.mark.slow
@pytest.mark.parametrize("width", [360, 1200])
def test_nothing_is_wider_than_the_window(opened, width):
    opened.set_viewport_size({"width": width, "height": 800})
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_without_scripts_the_case_is_there(chromium, mailed):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(mailed.as_uri())
    assert "16 of 29 against 9 of 30" in page.inner_text(".explorer")
    context.close()


def test_a_word_without_translation_is_named():
    def odd(a, n1, b, n2):
        return {a, n1, b, n2}

    with pytest.raises(translation.TranslationError, match=r"odd, line 2: Set"):
        translation.translated(odd, {odd: "odd"})


def test_a_case_is_made_of_results():
    arms = {
        "experimental": {"name": "A", "randomised": 30, "events": 16, "total": 29},
        "control": {"name": "B", "randomised": 30, "events": 9, "total": 30},
    }
    made = explorer.case({"name": "response", "week": 12, "arms": arms, "printed": None})
    assert made == {
        "label": "response, week 12", "arms": ["A", "B"], "cells": [16, 29, 9, 30], "randomised": [30, 30],
        "printed": "",
    }  # fmt: skip
    some = {role: arm | {"total": arm["events"] + 3} for role, arm in arms.items()}  # a subgroup: nobody is missing
    assert explorer.case({"name": "x", "week": None, "arms": some, "printed": "NS"})["randomised"] == [19, 12]
    json.dumps(made)


@pytest.mark.slow
def test_the_book_has_the_page_and_the_file(book):
    """The page is the theme's, with a policy that lets its worker run; the file has its own, and needs no other."""
    page = (book / "_build/html/chapters/explorer.html").read_text(encoding="utf-8")
    assert "worker-src blob:" in page
    assert "worker-src 'none'" in (book / "_build/html/index.html").read_text(encoding="utf-8")
    mailed = (book / "_build/html" / explorer.PAGE).read_text(encoding="utf-8")
    assert "16 of 29" in mailed
    assert mailed.count("Content-Security-Policy") == 1
