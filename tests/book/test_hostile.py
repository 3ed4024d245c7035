"""A book whose data try everything: markup of five kinds, turned text, and characters that no font has."""

import csv
import json
import re
import shutil
import zipfile

import pytest
import yaml
from pypdf import PdfReader

from books import ROOT, build, command
from countback.book import chapters
from countback.project import Project
from countback.trial.folder import load

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("hostile")]

SCRIPT = "<script>window.broken = 1</script><img src=x onerror='window.broken=1'>"
ALL = SCRIPT + " *b* {stat}`one:rate` \\input{x} $x_1$ #eval \u202eback 你好 \U0001f600"
STARTS = ("~~~", ":::", "% x", "- x")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The tiny book with hostile strings in every text field of its folder; built once, with its PDF."""
    folder = tmp_path_factory.mktemp("hostile") / "book"
    shutil.copytree(ROOT / "tests" / "tiny", folder)
    trial = folder / "data/tiny/trial.yml"
    described = yaml.safe_load(trial.read_text(encoding="utf-8"))
    described |= {"name": ALL, "population": ALL}
    described["citation"] |= {"authors": f"- {ALL}", "title": ALL, "journal": ALL}
    for member in [*described["arms"], *described["endpoints"]]:
        member["name"] = f"{member['id']} {ALL}"
    trial.write_text(yaml.safe_dump(described, allow_unicode=True), encoding="utf-8")
    abstract = folder / "data/tiny/claims/abstract.yml"
    document = yaml.safe_load(abstract.read_text(encoding="utf-8"))
    for claim, start in zip(document["claims"], STARTS, strict=False):
        claim |= {"says": f"{start} {ALL}", "where": ALL}
        if "needs" in claim:
            claim["needs"] = ALL
    abstract.write_text(yaml.safe_dump(document, allow_unicode=True), encoding="utf-8")
    counts = folder / "data/tiny/counts.csv"
    with counts.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with counts.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        text = ("source", "note")
        writer.writerows({k: f"{v} {ALL}" if k in text and v else v for k, v in row.items()} for row in rows)
    runs = folder / "analysis/runs.yml"
    planned = yaml.safe_load(runs.read_text(encoding="utf-8"))
    for run in planned["runs"]:
        run["title"] = f"{run['name']} {ALL}"
    runs.write_text(yaml.safe_dump(planned, allow_unicode=True), encoding="utf-8")
    left_out = [chapters.Absent(start + ALL, start + ALL) for start in STARTS]
    book = chapters.Book(load(folder / "data/tiny"), "data/tiny", Project(folder), [], left_out)
    front = "".join(without_results(text) for text in chapters.fill(book, ("index", "trial", "about")).values())
    claim = "\nA claim: {claim}`percent`, {claim}`note`.\n"
    (folder / "index.md").write_text(front + claim, encoding="utf-8")
    (folder / "CITATION.cff").write_text(
        "cff-version: 1.2.0\ntitle: Tiny\nmessage: cite\nversion: 1.0.0\ndate-released: 2026-01-01\n"
        "authors: [{name: Nobody 你}]\n",
        encoding="utf-8",
    )
    made = build(folder, "-W", "-n", "--keep-going")
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-3000:]
    return folder, made


def without_results(chapter):
    """A chapter without what its runs would show, and without links to other chapters."""
    chapter = re.sub(r"^:::\{run-(?:figure|table)\}.*?\n:::\n", "", chapter, flags=re.DOTALL | re.MULTILINE)
    chapter = re.sub(r"\]\((?:chapters/|what-a-match)[^)]*\)", "]{.x}", chapter).replace("]{.x}", "]")
    return re.sub(
        r"\{(?:stat|cite)\}`[^`]*`", "", re.sub(r"^# (?=The trial|About)", "## ", chapter, flags=re.MULTILINE)
    )


def pages(folder):
    html = folder / "_build" / "html"
    return [path for path in sorted(html.rglob("*.html")) if "_static" not in path.parts]


def test_nothing_is_markup_on_any_page(hostile):
    for path in pages(hostile[0]):
        text = path.read_text(encoding="utf-8")
        assert "<script>window.broken" not in text, path
        assert "<img src=x" not in text, path
        shown = re.sub(r'<script type="application/ld\+json">.*?</script>', "", text, flags=re.DOTALL)
        assert "\u202e" not in shown, path


def test_nothing_swallows_the_front_page(hostile):
    text = (hostile[0] / "_build/html/index.html").read_text(encoding="utf-8")
    body = text[text.index("<article") : text.index("</article")]
    text = re.sub(r"<[^>]+>", "", body)
    parts = (
        "rebuilt", "All this is what the counts give", "This report.", "The trial", "What is left out", "- &lt;script",
        "~~~&lt;script", ":::&lt;script", "% x&lt;script", "- x&lt;script", "Build it again", "A claim:",
    )  # fmt: skip
    for part in parts:
        assert part in " ".join(text.split()), part
    assert "[U+202E]" in body
    assert "你好 \U0001f600" in body


def test_no_policy_names_a_script_of_the_data(hostile):
    from countback.book.policy import digest

    for path in pages(hostile[0]):
        assert digest("window.broken = 1") not in path.read_text(encoding="utf-8")


def test_the_pdf_shows_code_points_and_says_so(hostile):
    folder, made = hostile
    text = "".join(page.extract_text() for page in PdfReader(folder / "_build/html/countback.pdf").pages)
    text = re.sub(r"\s+", "", text)
    assert "[U+4F60][U+597D][U+1F600]" in text
    assert "<script>window.broken=1</script>" in text
    assert "{stat}`one:rate`" in text or "{stat}‘one:rate‘" in text
    assert re.search(r"note: PDF: no font has .*\[U\+4F60\]", made.stderr)


@pytest.mark.parametrize("form", ["docx", "jats"])
def test_word_and_jats_hold_it_as_text(hostile, form, tmp_path):
    folder = shutil.copytree(hostile[0], tmp_path / "book")
    made = build(folder, "--builder", "custom", "--custom-builder", form)
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    if form == "docx":
        with zipfile.ZipFile(next((folder / "_build").rglob("*.docx"))) as word:
            text = word.read("word/document.xml").decode()
    else:
        text = next((folder / "_build").rglob("countback.xml")).read_text(encoding="utf-8")
    assert "&lt;script&gt;window.broken" in text
    assert "<script" not in text


def test_latex_holds_it_as_text(hostile, tmp_path):
    folder = shutil.copytree(hostile[0], tmp_path / "book")
    made = build(folder, "--builder", "latex")
    assert made.returncode == 0, made.stdout[-2000:] + made.stderr[-2000:]
    text = next((folder / "_build/latex").glob("*.tex")).read_text(encoding="utf-8")
    assert "window.broken" in text
    for markup in ("\\input{x}", "$x_1$", "\u202e"):
        assert markup not in text, markup
    assert re.search(r"\\(textbackslash|sphinxhyphen)\{\}input|\\textbackslash\{\}input", text)
    assert "\\#eval" in text


def test_nothing_runs_in_a_browser(hostile):
    playwright = pytest.importorskip("playwright.sync_api")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        said = []
        page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
        for path in [*pages(hostile[0]), "search.html?q=script"]:
            address = (hostile[0] / "_build/html" / path).as_uri() if isinstance(path, str) else path.as_uri()
            page.goto(address.replace("%3F", "?"))
            page.wait_for_load_state("load")
            assert page.evaluate("window.broken === undefined"), path
        page.goto((hostile[0] / "_build/html/rows.html").as_uri())
        page.wait_for_selector("mjx-container svg")
        # what would break out of escaping does not run either
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.broken=1\">')")
        page.evaluate("new Promise(done => setTimeout(done, 200))")
        assert page.evaluate("window.broken === undefined")
        browser.close()
    assert [line for line in said if "Content Security Policy" not in line and "ERR_FILE_NOT_FOUND" not in line] == []


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_edited_and_added_files_do_not_survive_the_next_build(hostile, tmp_path):
    folder = shutil.copytree(hostile[0], tmp_path / "book")
    assert build(folder).returncode == 0  # paths have changed: all is settled here
    html = folder / "_build/html"
    whole = {path: path.read_bytes() for path in (html / "index.html", html / "rows.html", html / "countback.pdf")}
    change(html / "index.html", "<h1>", "<h1>edited")
    (html / "countback.pdf").write_bytes(b"%PDF edited")
    (html / "added.html").write_text("added")
    verified = command("countback", "verify", "_build", cwd=folder)
    assert verified.returncode == 1
    for line in ("index.html: differs", "countback.pdf: differs", "added.html: is not stated"):
        assert line in verified.stderr
    assert build(folder).returncode == 0
    assert {path: path.read_bytes() for path in whole} == whole
    assert not (html / "added.html").exists()
    assert command("countback", "verify", "_build", cwd=folder).returncode == 0
    figure = next((html / "_images").glob("*.svg"))
    drawn = figure.read_bytes()
    figure.write_text("<svg/>")
    assert build(folder).returncode == 0
    assert figure.read_bytes() == drawn


def test_an_image_that_is_not_there_stops_the_build(hostile, tmp_path):
    folder = shutil.copytree(hostile[0], tmp_path / "book")
    with (folder / "rows.md").open("a", encoding="utf-8") as file:
        file.write("\n![nothing](nothing.png)\n")
    made = build(folder)
    assert made.returncode == 1
    assert "rows.md" in made.stderr
    assert "image nothing.png: there is no such file" in made.stderr


def test_the_formulas_come_from_one_file(hostile):
    static = hostile[0] / "_build/html/_static/mathjax"
    assert [path.name for path in static.rglob("*")] == ["tex-svg.js"]
    assert json.loads((hostile[0] / "_build/.doctrees/written.json").read_text())["_static/mathjax/tex-svg.js"]
