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
        broken = page.evaluate(
            """() => [...document.images].filter(i => i.getClientRects().length && !(i.complete && i.naturalWidth))
                .map(i => i.src)"""
        )
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


@pytest.fixture
def opened(browser):
    with chromium.opening(browser, viewport={"width": 1400, "height": 900}) as open_page:
        yield open_page


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def told(page):
    """The last link to the claim of week 12's p-value, and what describes it."""
    link = page.locator('a[href$="#audit-claim-sri4-w12-p"]').last
    return link, page.locator(f"#{link.get_attribute('aria-describedby')}")


def test_a_claim_explains_itself_on_hover_and_on_focus(book, opened):
    page = opened(book / "_build/html/index.html")
    link, tip = told(page)
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


def test_what_describes_a_claim_is_no_part_of_its_name(book, opened):
    page = opened(book / "_build/html/index.html")
    link, tip = told(page)
    assert "Printed" not in link.inner_text()
    assert link.locator(".claim-tip").count() == 0
    assert tip.get_attribute("role") == "tooltip"
    described = page.evaluate(
        "[...document.querySelectorAll('[aria-describedby]')].map(e => e.ariaDescribedByElements)"
    )
    assert described
    ids = page.evaluate("[...document.querySelectorAll('.claim-tip')].map(e => e.id)")
    assert len(ids) == len(set(ids)) > 20


def test_escape_closes_what_describes_a_claim_until_it_is_left(book, opened):
    page = opened(book / "_build/html/index.html")
    link, tip = told(page)
    link.focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.keyboard.press("Tab")
    link.focus()
    assert tip.is_visible()
    page.keyboard.press("Escape")
    link.hover()
    assert not tip.is_visible()
    page.mouse.move(0, 0)
    page.evaluate("document.activeElement.blur()")
    link.hover()
    assert tip.is_visible()


def test_a_tap_opens_what_describes_a_claim_and_a_second_one_follows_its_link(book, opened):
    page = opened(book / "_build/html/index.html", **PHONE)
    link, tip = told(page)
    link.tap()
    assert tip.is_visible()
    assert page.url.endswith("index.html")
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator(".bd-article h1").first.tap()
    assert not tip.is_visible()
    link.tap()
    link.tap()
    page.wait_for_url("**/chapters/audit.html#audit-claim-sri4-w12-p")


FIGURES = r"""async () => {
    const shown = [...document.querySelectorAll('.bd-article picture')].filter(p => p.getClientRects().length);
    const out = [];
    for (const picture of shown) {
        const source = picture.querySelector('source'), image = picture.querySelector('img');
        image.loading = 'eager';
        await image.decode();  // fails where there is no such image
        const phone = source && matchMedia(source.media).matches;
        const name = (phone ? source.srcset : image.getAttribute('src')).split('/').pop().replace(/\d*\.svg$/, '');
        out.push([name, Math.round(image.getBoundingClientRect().width), image.alt.length > 0]);
    }
    return out; }"""


@pytest.mark.parametrize("page_name", ["chapters/size.html", "chapters/runs/size.html"])
@pytest.mark.parametrize(
    ("mode", "settings", "end"),
    [("light", {}, ""), ("dark", {}, "-dark"), ("light", PHONE, "-narrow"), ("dark", PHONE, "-narrow-dark")],
)
def test_a_figure_has_the_form_that_fits(book, opened, page_name, mode, settings, end):
    page = opened(book / "_build/html" / page_name, mode, **settings)
    shown = page.evaluate(FIGURES)
    assert [name for name, *_ in shown] == [f"forest{end}", f"curves{end}"]
    assert all(alt for *_, alt in shown)
    widest = settings.get("viewport", {"width": 1400})["width"]
    assert all(0.8 * min(widest, 704) <= width <= min(widest, 704) for _, width, _ in shown)


def test_the_theme_switch_changes_the_figures(book, opened):
    page = opened(book / "_build/html/chapters/size.html")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert [name for name, *_ in page.evaluate(FIGURES)] == ["forest-dark", "curves-dark"]


def test_print_has_the_light_wide_figures(book, opened):
    page = opened(book / "_build/html/chapters/size.html", "dark")
    page.emulate_media(media="print")
    assert [name for name, *_ in page.evaluate(FIGURES)] == ["forest", "curves"]


BACKGROUND = r"""() => {
    const page = getComputedStyle(document.body).backgroundColor, out = [];
    for (const e of document.querySelectorAll(
            '.bd-article :is(table, td, th, .text_html, .cell_output, picture, img, figure)')) {
        const colour = getComputedStyle(e).backgroundColor, [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
        if (a && r + g + b > 200 && e.getClientRects().length) out.push(e.outerHTML.slice(0, 80) + ' ' + colour);
    }
    return out; }"""


@pytest.mark.parametrize("name", ["index.html", "chapters/size.html", "chapters/runs/size.html"])
def test_dark_pages_have_no_light_slabs(book, opened, name):
    page = opened(book / "_build/html" / name, "dark")
    assert page.evaluate(BACKGROUND) == []


def test_a_table_that_is_too_wide_can_be_scrolled_and_says_so(book, opened):
    page = opened(book / "_build/html/chapters/runs/size.html", **PHONE)
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.text_html, .pst-scrollable-table-container')]
            .filter(e => e.scrollWidth > e.clientWidth).map(e => [e.tabIndex, getComputedStyle(e).backgroundImage])"""
    )
    assert all(tab == 0 and "gradient" in shade for tab, shade in wide)


def test_formulas_fit_a_phone(book, opened):
    page = opened(book / "_build/html/chapters/methods.html", **PHONE)
    page.evaluate("MathJax.startup.promise.then(() => true)")
    assert page.locator("mjx-container").count() > 0
    beyond = page.evaluate(
        """() => [...document.querySelectorAll('mjx-container > svg')]
            .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > 391).length"""
    )
    assert beyond == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


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
