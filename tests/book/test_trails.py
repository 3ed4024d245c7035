"""Every number can be traced: links of the built pages are walked until a file of data is reached."""

import csv
import random
import re
from datetime import UTC, datetime
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from books import ROOT
from countback.book import offered, pages, trails
from countback.deposit.manifest import timeless
from countback.files import zipped
from countback.runs.results import Result
from countback.trial.lines import read_lines

DATA = (".csv", ".yml", ".json")
slow = [pytest.mark.slow, pytest.mark.xdist_group("book")]


class Pages:
    """The pages of a built report, each parsed once."""

    def __init__(self, html):
        self.html = html.resolve()
        self._parsed = {}

    def page(self, path):
        if path not in self._parsed:
            self._parsed[path] = BeautifulSoup(path.read_text(encoding="utf-8"), "lxml").select_one("article")
        return self._parsed[path]

    def chapters(self):
        return [self.html / "index.html", *sorted((self.html / "chapters").glob("*.html"))]

    def notebooks(self):
        return sorted((self.html / "chapters/runs").glob("*.html"))

    def target(self, path, link):
        """Where a link on a page leads: a file and a place in it; None for what is elsewhere."""
        address = link["href"]
        if re.match(r"[a-z]+:", address):
            return None
        file, _, place = unquote(address).partition("#")
        return ((path.parent / file).resolve() if file else path, place)

    def links_at(self, path, place):
        """The links that a reader sees who has followed one: those of that row or section, else of the page."""
        article = self.page(path)
        found = article.find(id=place) if place else None
        if place:
            assert found is not None, f"{path.name}#{place}: no such place"
        row = found.find_parent("tr") if found else None
        near = [row, *after(row.find_parent("table"))] if row else [found.find_parent("section")] if found else []
        return [link for part in near or [article] for link in part.select("p.trail a, a.trail")]

    def clicks(self, path, links):
        """How many clicks it takes from some links to a file of data, at most three; None where it takes more."""
        now = [self.target(path, link) for link in links]
        for clicks in (1, 2, 3):
            now = [one for one in now if one]
            if any(file.is_file() and file.suffix in DATA for file, _ in now):
                return clicks
            seen = [(file, place) for file, place in now if file.suffix == ".html" and file.is_file()]
            now = [self.target(file, link) for file, place in seen for link in self.links_at(file, place)]
        return None


def after(table):
    """The trail that follows a figure or a table."""
    box = table.find_parent("div", class_="pst-scrollable-table-container") or table
    following = box.find_next_sibling()
    return [following] if following is not None and "trail" in following.get("class", []) else []


def links_of(number):
    """The links that a number offers: itself, its row's, or those below its table."""
    if link := number.find_parent("a"):
        return [link]
    table = number.find_parent("table")
    trail = [*number.find_parent("tr").select("p.trail"), *after(table)]
    return [link for part in trail for link in part.select("a")] or table.select("thead a")


def numbers(found):
    """Every number of the chapters that a run has given: in the text, as a claim, in a table."""
    for path in found.chapters():
        article = found.page(path)
        for number in article.select(".stat, .claim-number, table.countback tbody td"):
            text = number.get_text()
            in_title = number.find_parent(class_="admonition-title")
            counts = re.search(r"\d", text) and not in_title and not (number.name != "td" and number.find_parent("td"))
            if counts and not (path.stem in ("index", "manifest") and number.name == "span" and "0.1" in text[:3]):
                yield path, number


@pytest.fixture(scope="module")
def built(book):
    return Pages(book / "_build/html")


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_thirty_numbers_reach_their_data_in_three_clicks(built):
    every = list(numbers(built))
    assert len(every) > 1000
    kinds = {kind: [n for n in every if kind(n[1])] for kind in (is_stat, is_claim, is_cell)}
    chosen = [one for kind in kinds.values() for one in random.Random(2026).sample(kind, 10)]
    for path, number in chosen:
        assert built.clicks(path, links_of(number)), f"{path.name}: {number.get_text()}"


def is_stat(number):
    return "stat" in number.get("class", [])


def is_claim(number):
    return "claim-number" in number.get("class", [])


def is_cell(number):
    return number.name == "td"


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_the_walk_would_see_a_number_without_a_trail(built):
    page = BeautifulSoup("<article><table><tbody><tr><td>7</td></tr></tbody></table></article>", "lxml")
    assert built.clicks(built.html / "index.html", links_of(page.td)) is None


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_a_number_in_the_text_leads_to_its_own_row_and_its_file_holds_it(built):
    seen = 0
    for path in built.chapters():
        for link in built.page(path).select("a.value"):
            file, place = built.target(path, link)
            row = built.page(file).find(id=place).find_parent("tr")
            key = row.select("td")[0].get_text(strip=True)
            assert place == trails.value_anchor(key)
            values = built.html / offered.of_run(file.stem, "values.csv")
            with values.open(encoding="utf-8", newline="") as lines:
                held = {line["result"]: line["value"] for line in csv.DictReader(lines)}
            assert key in held
            seen += 1
    assert seen > 300


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_a_claim_leads_to_the_line_that_prints_it(built):
    for page, trial in (("audit", "he2020"), ("context", "humrich2022")):
        path = built.html / f"chapters/{page}.html"
        rows = [found.find_parent("tr") for found in built.page(path).select("[id*=-claim-]")]
        assert rows
        for row in rows:
            targets = [built.target(path, link) for link in row.select("p.trail a")]
            assert any(file.parent.name == "runs" for file, _ in targets)
            place = next(place for file, place in targets if file.stem == "data" and "claims" in place)
            number = int(place.rpartition("L")[2])
            lines = built.page(built.html / "chapters/data.html").find(id=place).find_parent("ol").select("li")
            printed = row.select("td")[1].get_text(strip=True)
            around = " ".join(line.get_text() for line in lines[number - 1 : number + 9])
            assert printed in ("–", "") or printed in around, (trial, place)


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_every_figure_and_table_has_its_three_links(built):
    seen = 0
    for path in built.chapters():
        for part in built.page(path).select("figure.run-figure, table.countback:has(caption)"):
            links = [link for trail in after(part) for link in trail.select("a")]
            names = [link.get_text() for link in links]
            wanted = {"data (CSV)"} if path.stem == "manifest" else {"notebook", "data (CSV)", "counts"}
            assert all(any(name.startswith(word) for name in names) for word in wanted), (path.stem, names)
            for link in links:
                file, place = built.target(path, link)
                assert file.is_file(), link
                assert not place or built.page(file).find(id=place), link
            seen += 1
    assert seen > 50


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_what_a_figure_shows_is_in_a_table(built):
    """Only a drawing of the design has none: it shows single values."""
    lacking = []
    for path in built.chapters():
        for figure in built.page(path).select("figure.run-figure"):
            [link] = [link for link in after(figure)[0].select("a") if link.get_text() == "data (CSV)"]
            if link["href"].endswith("/values.csv"):
                lacking.append(figure.get("id"))
    assert sorted(lacking) == ["fig-flow", "fig-schedule"]


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_a_notebook_shows_all_its_parameters_and_leads_back(built):
    from countback.project import Project
    from countback.runs.parameters import read_notebook
    from countback.runs.plan import plan

    project = Project(ROOT)
    for run in plan(project):
        path = built.html / f"chapters/runs/{run.name}.html"
        article = built.page(path)
        notebook = read_notebook(project.notebook(run.notebook))
        [heading] = [found for found in article.select("h2") if found.get_text().startswith("Parameters")]
        table = heading.find_parent("section").table
        rows = {row.td.get_text(strip=True): row.get_text(" ", strip=True) for row in table.select("tbody tr")}
        assert set(rows) == set(notebook.declared) - {notebook.output}
        for name, default in notebook.defaults.items():
            if name in rows:
                value = run.parameters.get(name, default)
                assert str(value) in rows[name]
                assert ("the default" in rows[name]) == (value == default)
        used = article.select_one("p.trail")
        back = [built.target(path, link)[0] for link in used.select("a")]
        assert "Used in:" in used.get_text(), run.name
        for page in back:
            assert page.is_file()
            there = [one for a in built.page(page).select("a[href]") if (one := built.target(page, a))]
            assert any(file == path or place.startswith(f"{run.name}-claim") for file, place in there)


@pytest.mark.slow
@pytest.mark.xdist_group("book")
def test_the_pages_offer_all_that_the_numbers_follow_from(built):
    import zipfile

    files = built.html / "files"
    for name in ("counts.csv", "trial.yml", "claims/abstract.yml", "claims/table2.yml"):
        assert (files / "data/he2020" / name).read_bytes() == (ROOT / "data/he2020" / name).read_bytes()
    assert (files / "data/humrich2022/counts.csv").is_file()
    results = built.html.parent / "countback/runs"
    for table in results.glob("*/*.csv"):
        assert (files / "results" / table.parent.name / table.name).read_bytes() == table.read_bytes()
    with zipfile.ZipFile(files / "sources.zip") as sources:
        names = set(sources.namelist())
        assert {"index.md", "data/he2020/counts.csv", "analysis/notebooks/size.ipynb"} <= names
        assert not any(name.startswith("_build") for name in names)
        assert sources.read("index.md") == (ROOT / "index.md").read_bytes()
    offered_there = {built.target(built.html / "chapters/data.html", a)[0] for a in
                     built.page(built.html / "chapters/data.html").select("li a[href]")}  # fmt: skip
    assert offered_there >= {path for path in files.rglob("*") if path.is_file() and path.parent.name != "manifest"}


# The parts, each by itself


def test_lines_are_those_of_the_files():
    folder = ROOT / "data/he2020"
    lines = read_lines(folder)
    place = lines.claims["nephritis_p"]
    text = (folder / place.file).read_text(encoding="utf-8").splitlines()
    assert "nephritis_p" in text[place.number - 1]
    counts = (folder / "counts.csv").read_text(encoding="utf-8").splitlines()
    assert [counts[p.number - 1].split(",")[:4] for p in lines.behind("sri4_w12_p")] == [
        ["sri4", "12", "il2", "16"],
        ["sri4", "12", "placebo", "9"],
    ]
    [one] = lines.behind("sri4_w12_placebo")
    assert counts[one.number - 1].startswith("sri4,12,placebo")
    assert lines.behind("patients") == []
    assert lines.behind("unknown") == []


@pytest.mark.parametrize(
    ("page", "address"),
    [("index", "files/x.csv"), ("chapters/size", "../files/x.csv"), ("chapters/runs/size", "../../files/x.csv")],
)
def test_addresses_are_relative(page, address):
    assert offered.address(page, "files/x.csv") == address


def test_an_address_is_never_markup():
    assert offered.address("index", 'files/a"b <c>#d.csv') == "files/a%22b%20%3Cc%3E%23d.csv"


def test_places_hold_no_spaces():
    assert trails.value_anchor("a b<c>.d_e") == "value-a-b-c-.d_e"
    assert trails.line_anchor("data/he 2020", "claims/x.yml", 3) == "data-he-2020-claims-x-yml-L3"


def test_values_are_rows_at_full_precision():
    result = Result(values={"a": {"b": 1 / 3}, "c": [1, 2], "d": None})
    assert offered.values_rows(result) == [
        {"result": "a.b", "value": 1 / 3},
        {"result": "c", "value": "[1, 2]"},
        {"result": "d", "value": None},
    ]


def test_only_text_is_offered(tmp_path):
    trial = tmp_path / "data/t"
    (trial / "claims").mkdir(parents=True)
    for name in ("trial.yml", "counts.csv", "page.html", "run.js", ".hidden.csv", "claims/a.yml"):
        (trial / name).write_text("x")
    assert offered.trial_files(tmp_path, "data/t") == ["claims/a.yml", "counts.csv", "trial.yml"]
    assert offered.trials_of(tmp_path, {"trial": "data/t", "other": "", "week": 12, "test": "p_pearson"}) == ["data/t"]


def test_the_offered_manifest_has_no_times():
    contents = {"manifest": [], "countback": {"version": "1", "seconds": {"a": 1.0}}, "report": {"html/a": "b"}}
    assert timeless(contents) == {"manifest": [], "countback": {"version": "1"}}


def test_a_zip_is_the_same_each_time():
    moment = datetime(2026, 3, 5, tzinfo=UTC)
    assert zipped({"a": b"1", "b": b"2"}, moment) == zipped({"b": b"2", "a": b"1"}, moment)


def test_cells_name_their_columns():
    table = '<table class="countback table"><thead><tr><th>a &amp; b</th><th>"c"</th></tr></thead><tbody>\n<tr class="x"><td><p>1</p></td><td class="number"><p>2</p></td></tr></tbody></table>'  # noqa: E501
    once = pages.mend(table)
    assert '<td data-label="a &amp; b"><p>1' in once
    assert '<td data-label="&quot;c&quot;" class="number"><p>2' in once
    assert pages.mend(once) == once
    assert pages.mend(table.replace("countback ", "")) == table.replace("countback ", "")
