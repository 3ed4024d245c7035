"""Pages in a real browser: nothing fails, nothing is fetched from elsewhere, nothing is cut off."""

import pytest
from book import chromium

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("accessibility")]  # one browser after the other
WIDE, NARROW, TWICE = (1400, 900), (360, 900), (640, 450)
"""Sizes of a window; the last is what is left of 1280 by 900 at double zoom."""

CUT = """() => [...document.querySelectorAll('.bd-article p, .bd-article h1, .bd-article h2')].filter(e => {
    const box = e.getBoundingClientRect();
    let scrolls = false;
    for (let p = e.parentElement; p; p = p.parentElement)
        scrolls ||= ['auto', 'scroll'].includes(getComputedStyle(p).overflowX);
    return !scrolls && box.width && box.right > window.innerWidth + 1;
}).map(e => e.textContent.slice(0, 60))"""


@pytest.fixture(scope="module")
def browser():
    with chromium.running() as started:
        yield started


def test_pages_are_whole(book, browser):
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    complaints, fetched = [], []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: fetched.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None,
    )
    for path in chromium.pages(book):
        page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
        page.goto(path.as_uri(), wait_until="load")
        name = path.relative_to(book).as_posix()
        broken = page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)")
        assert broken == [], name
        for width, height in (WIDE, TWICE, NARROW):
            page.set_viewport_size({"width": width, "height": height})
            wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert wider <= 0, (name, width)
            assert page.evaluate(CUT) == [], (name, width)
        assert complaints == [], name
        assert fetched == [], name
    page.close()


def test_what_is_too_wide_would_be_seen(book, browser):
    page = browser.new_page(viewport={"width": NARROW[0], "height": NARROW[1]})
    page.goto((book / "_build/html/chapters/cite.html").as_uri(), wait_until="load")
    page.evaluate(
        """document.querySelector('.bd-article').insertAdjacentHTML('beforeend',
            '<p style="width: 900px; white-space: nowrap">wide</p>')"""
    )
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") > 0
    assert page.evaluate(CUT) == ["wide"]
    page.close()


def test_a_claim_explains_itself_on_hover_and_on_focus(book, browser):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto((book / "_build/html/index.html").as_uri())
    link = page.locator('a[href$="#audit-claim-sri4-w12-p"]').last
    tip = link.locator(".claim-tip")
    assert not tip.is_visible()
    link.hover()
    assert tip.is_visible()
    assert "Printed: 0.052" in tip.text_content()
    page.mouse.move(0, 0)
    assert not tip.is_visible()
    page.keyboard.press("Tab")
    link.focus()
    assert tip.is_visible()
    link.click()
    assert page.url.endswith("chapters/audit.html#audit-claim-sri4-w12-p")
    row = page.locator("#audit-claim-sri4-w12-p").locator("xpath=ancestor::tr")
    assert "0.052" in row.text_content()
    page.close()


def test_a_verdict_is_words_and_shape_and_not_colour_alone(book, browser):
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.goto((book / "_build/html/chapters/audit.html").as_uri())
    marks = page.evaluate(
        """() => Object.fromEntries([...document.querySelectorAll('td .verdict')].map(
            e => [e.textContent, getComputedStyle(e, '::before').content]))"""
    )
    assert {"given", "reproduced", "possible", "another test only", "not checkable"} <= set(marks)
    assert len(set(marks.values())) == len(marks)
    page.close()


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (390, 844)])
def test_the_first_screen_says_the_finding(book, browser, width, height):
    page = browser.new_page(viewport={"width": width, "height": height})
    page.goto((book / "_build/html/index.html").as_uri(), wait_until="load")
    answer = page.locator(".bd-article .answer").first
    box = answer.bounding_box()
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= height
    words = " ".join(answer.inner_text().split())
    for part in ("fits a whole number of patients", "Pearson’s test gives", "none of the 20 two-sided tests tried"):
        assert part in words
    page.close()
