"""Pages for everybody: axe-core finds nothing serious, the keyboard reaches all, print and zoom lose nothing."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("accessibility")]
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def browser():
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def opened(browser):
    """Open pages in a context with its own settings; closes them."""
    contexts = []

    def open_page(path, mode="light", **settings):
        context = browser.new_context(**{"viewport": {"width": 1300, "height": 900}, **settings})
        context.add_init_script(f"localStorage.setItem('mode', '{mode}'); localStorage.setItem('theme', '{mode}')")
        contexts.append(context)
        page = context.new_page()
        page.goto(path.as_uri(), wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


def pages(book):
    return [p for p in sorted((book / "_build/html").rglob("*.html")) if "_static" not in p.parts]


def serious(page):
    """Give what axe-core finds serious or critical."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false})", RULES
    )
    return [
        (v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_axe_finds_nothing_serious_on_any_page(book, opened, mode):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci --prefix tests)")
    page = opened(pages(book)[0], mode, bypass_csp=True)
    for path in pages(book):
        page.goto(path.as_uri(), wait_until="load")
        assert page.evaluate("document.documentElement.dataset.theme") == mode
        assert serious(page) == [], path.relative_to(book).as_posix()


def test_axe_would_find_it(book, opened):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci --prefix tests)")
    page = opened(book / "_build/html/index.html", bypass_csp=True)
    page.evaluate(
        """document.querySelector('.bd-article').insertAdjacentHTML('beforeend',
            '<img src="x.png"><p style="color: #eee; background: #fff">pale</p>')"""
    )
    assert {name for name, _ in serious(page)} >= {"image-alt", "color-contrast"}


def test_headings_go_down_one_level_at_a_time(book, opened):
    page = opened(pages(book)[0])
    for path in pages(book):
        if path.name == "search.html":  # made of results, by a script
            continue
        page.goto(path.as_uri())
        levels = page.evaluate(
            "[...document.querySelectorAll('.bd-article :is(h1, h2, h3, h4)')].map(h => +h.tagName[1])"
        )
        name = path.relative_to(book).as_posix()
        assert levels[:1] == [1], name
        assert levels.count(1) == 1, name
        assert all(b - a <= 1 for a, b in pairwise(levels)), name


REACHABLE = """() => {
    document.querySelectorAll('details').forEach(d => d.open = true);
    const all = [...document.querySelectorAll('a[href], button, input, summary, [tabindex]')];
    window.reachable = all.filter(e => e.tabIndex >= 0 && !e.disabled && e.checkVisibility({visibilityProperty: true}));
    return window.reachable.map(e => e.outerHTML.slice(0, 160)); }"""
FOCUSED = """() => {
    const e = document.activeElement, s = getComputedStyle(e);
    return [window.reachable.indexOf(e), s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2]; }"""


def walked(page):
    """Press Tab until the page is left: what it reaches, of all that can be reached, and where focus is not seen."""
    there, reached, unseen = page.evaluate(REACHABLE), set(), []
    for _ in there:
        page.keyboard.press("Tab")
        index, outlined = page.evaluate(FOCUSED)
        reached.add(index)
        if index >= 0 and not outlined:
            unseen.append(there[index])
    return [html for i, html in enumerate(there) if i not in reached], unseen


def test_the_keyboard_reaches_everything_and_shows_where_it_is(book, opened):
    page = opened(book / "_build/html/index.html")
    for path in pages(book):
        page.goto(path.as_uri())
        missed, unseen = walked(page)
        name = path.relative_to(book).as_posix()
        assert missed == [], name
        assert unseen == [], name
        claims = page.locator(".bd-article a.reference:has(.claim)").count()
        assert path.name != "index.html" or claims > 20


def test_the_keyboard_walk_would_see_a_trap(book, opened):
    page = opened(book / "_build/html/chapters/cite.html")
    page.evaluate("""() => {
        const box = document.createElement('button'); box.id = 'trap';
        box.style.setProperty('outline', 'none', 'important');
        box.addEventListener('keydown', e => e.preventDefault()); document.querySelector('main').prepend(box); }""")
    missed, unseen = walked(page)
    assert missed
    assert any("trap" in html for html in unseen)


def test_double_zoom_loses_nothing(book, opened):
    page = opened(pages(book)[0], viewport={"width": 640, "height": 450}, device_scale_factor=2)
    for path in pages(book):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, path.name


def test_print_shows_the_text_alone(book, opened):
    page = opened(book / "_build/html/chapters/response.html", "dark")
    page.emulate_media(media="print")
    shown = page.evaluate(
        """names => names.filter(n => [...document.querySelectorAll(n)].some(e => e.getClientRects().length))""",
        [".bd-sidebar-primary", ".bd-sidebar-secondary", ".prev-next-footer", ".claim-tip", ".bd-article", ".stamp"],
    )
    assert shown == [".bd-article", ".stamp"]
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_the_policy_stops_what_is_not_the_pages_own(book, opened):
    page = opened(book / "_build/html/index.html")
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.evaluate(
        """() => {
            const s = document.createElement('script'); s.textContent = 'window.intruder = 1'; document.head.append(s);
            const i = document.createElement('img'); i.src = 'https://example.org/x.png'; document.body.append(i); }"""
    )
    page.wait_for_function("performance.now() > 0")
    assert page.evaluate("window.intruder") is None
    assert any("Content Security Policy" in line and "script" in line for line in said)
    assert any("Content Security Policy" in line and "example.org" in line for line in said)


def test_tables_have_headers(book, opened):
    page = opened(pages(book)[0])
    for path in pages(book):
        page.goto(path.as_uri())
        lacking = page.evaluate(
            "[...document.querySelectorAll('.bd-article table')].filter(t => !t.querySelector('th[scope]')).length"
        )
        assert lacking == 0, path.relative_to(book).as_posix()
