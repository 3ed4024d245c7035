"""Pages in a real browser: nothing fails, nothing is fetched from elsewhere, nothing is cut off."""

import shutil

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


def pages(book):
    html = book / "_build" / "html"
    return [p for p in sorted(html.rglob("*.html")) if "_static" not in p.parts]


@pytest.mark.parametrize("width", [360, 1400])
def test_pages_are_whole(book, browser, width):
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints, fetched = [], []
    page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on(
        "request",
        lambda r: fetched.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None,
    )
    for path in pages(book):
        page.goto(path.as_uri(), wait_until="load")
        name = path.relative_to(book).as_posix()
        assert complaints == [], name
        assert fetched == [], name
        broken = page.evaluate("[...document.images].filter(i => !i.complete || !i.naturalWidth).map(i => i.src)")
        assert broken == [], name
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, name
        cut = page.evaluate(
            """() => [...document.querySelectorAll('.bd-article p, .bd-article h1, .bd-article h2')].filter(e => {
                const box = e.getBoundingClientRect();
                let scrolls = false;
                for (let p = e.parentElement; p; p = p.parentElement)
                    scrolls ||= ['auto', 'scroll'].includes(getComputedStyle(p).overflowX);
                return !scrolls && box.width && box.right > window.innerWidth + 1;
            }).map(e => e.textContent.slice(0, 60))"""
        )
        assert cut == [], name
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
    assert {"given", "reproduced", "reproduced only by", "not checkable"} <= set(marks)
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
