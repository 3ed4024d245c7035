"""Pages for everybody: axe-core finds nothing serious, the keyboard reaches all, print and zoom lose nothing."""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from book import chromium

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("accessibility")]
AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What axe-core asks of colours: all that another theme changes."""


@pytest.fixture(scope="module")
def browser():
    with chromium.running() as started:
        yield started


@pytest.fixture(scope="module")
def opened(browser):
    with chromium.opening(browser, viewport={"width": 1300, "height": 900}) as open_page:
        yield open_page


def serious(page, rules=RULES):
    """What axe-core finds serious or critical; nothing where it is not installed, which its own tests say."""
    if not AXE.is_file():
        return []
    page.evaluate("source => window.axe || (0, eval)(source)", AXE.read_text(encoding="utf-8"))
    found = page.evaluate(
        """rules => axe.run({include: [['html']], exclude: document.querySelector('[inert]') ? [['[inert]']] : []},
            {runOnly: rules, resultTypes: ['violations'], preload: false})""",
        rules,
    )
    return [
        (v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"] if v["impact"] in ("serious", "critical")
    ]


REACHABLE = """() => {
    document.querySelectorAll('details').forEach(d => d.open = true);
    const all = [...document.querySelectorAll('a[href], button, input, select, summary, [tabindex]')];
    const there = all.filter(e => e.tabIndex >= 0 && !e.disabled && !e.closest('[inert]')
        && e.checkVisibility({visibilityProperty: true}));
    const html = e => e.outerHTML.slice(0, 160), missed = new Set(there), unseen = [];
    document.addEventListener('focusin', ({target}) => {
        const s = getComputedStyle(target);
        missed.delete(target);
        if (s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2) unseen.push(html(target)); }, true);
    window.walked = () => [[...missed].map(html), unseen];
    return there.length; }"""


def walked(page):
    """Press Tab until the page is left: what it does not reach, of all that can be, and where focus is not seen."""
    for _ in range(page.evaluate(REACHABLE)):
        page.keyboard.down("Tab")
    page.keyboard.up("Tab")
    missed, unseen = page.evaluate("walked()")
    return missed, unseen


@dataclass(frozen=True)
class Seen:
    """What there is to see on a page that was loaded once."""

    mode: str
    serious: list
    levels: list
    without_header: int
    claims: int
    missed: list
    unseen: list
    dark: str
    serious_in_dark: list


@pytest.fixture(scope="module")
def seen(book, opened):
    """Every page, looked at once, by its path."""
    found = {}
    page = opened(book / "_build/html/index.html", bypass_csp=True, reduced_motion="reduce")
    for path in chromium.pages(book):
        page.goto(path.as_uri(), wait_until="load")
        page.wait_for_function("(document.querySelector('.explorer')?.dataset.pending ?? '0') === '0'")
        mode = page.evaluate("document.documentElement.dataset.theme")
        if found:  # the list of pages is the same on all, and looked at on the first
            page.evaluate("document.querySelectorAll('.bd-sidebar-primary').forEach(e => e.inert = true)")
        violations = serious(page)
        levels, without_header, claims = page.evaluate("""() => [
            [...document.querySelectorAll('.bd-article :is(h1, h2, h3, h4)')].map(h => +h.tagName[1]),
            [...document.querySelectorAll('.bd-article table')].filter(t => !t.querySelector('th[scope]')).length,
            document.querySelectorAll('.bd-article a.reference:has(.claim)').length]""")
        missed, unseen = walked(page)
        page.evaluate("""() => {
            const style = document.createElement('style');
            style.textContent = '* { transition: none !important }';
            document.head.append(style);
            document.activeElement.blur();
            Object.assign(document.documentElement.dataset, {mode: 'dark', theme: 'dark'}); }""")
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        name = path.relative_to(book).as_posix()
        in_dark = serious(page, OF_COLOURS)
        found[name] = Seen(mode, violations, levels, without_header, claims, missed, unseen, dark, in_dark)
    return found


def test_axe_finds_nothing_serious_on_any_page(seen):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci --prefix tests)")
    assert {name: page.serious for name, page in seen.items() if page.serious} == {}
    assert {name: page.serious_in_dark for name, page in seen.items() if page.serious_in_dark} == {}


def test_pages_were_light_and_dark(seen):
    assert {page.mode for page in seen.values()} == {"light"}
    (dark,) = {page.dark for page in seen.values()}
    assert sum(map(int, dark.removeprefix("rgb(").removesuffix(")").split(","))) < 200


def test_axe_would_find_it(book, opened):
    if not AXE.is_file():
        pytest.skip("axe-core is not installed (npm ci --prefix tests)")
    page = opened(book / "_build/html/index.html", "dark", bypass_csp=True)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate(
        """document.querySelector('.bd-article').insertAdjacentHTML('beforeend',
            '<img src="x.png"><p style="color: #eee; background: #fff">pale</p>')"""
    )
    assert {name for name, _ in serious(page)} >= {"image-alt", "color-contrast"}
    assert {name for name, _ in serious(page, OF_COLOURS)} == {"color-contrast"}


def test_headings_go_down_one_level_at_a_time(seen):
    for name, page in seen.items():
        if name.endswith("/search.html"):  # made of results, by a script
            continue
        levels = page.levels
        assert levels[:1] == [1], name
        assert levels.count(1) == 1, name
        assert all(b - a <= 1 for a, b in pairwise(levels)), name


def test_the_keyboard_reaches_everything_and_shows_where_it_is(seen):
    for name, page in seen.items():
        assert page.missed == [], name
        assert page.unseen == [], name
    assert seen["_build/html/index.html"].claims > 20


def test_the_keyboard_walk_would_see_a_trap(book, opened):
    page = opened(book / "_build/html/chapters/cite.html")
    page.evaluate("""() => {
        const box = document.createElement('button'); box.id = 'trap';
        box.style.setProperty('outline', 'none', 'important');
        box.addEventListener('keydown', e => e.preventDefault()); document.querySelector('main').prepend(box); }""")
    missed, unseen = walked(page)
    assert missed
    assert any("trap" in html for html in unseen)


def test_tables_have_headers(seen):
    assert {name for name, page in seen.items() if page.without_header} == set()


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
