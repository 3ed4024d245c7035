"""Every form of the real report says the same numbers: PDF, Word and JATS against the results that the pages show."""

import json
import re
import shutil
import subprocess
import zipfile
from html import unescape
from pathlib import Path

import pypdf
import pytest
from book import chromium

from books import build, command
from countback.show.tables import display

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("forms")]
SCHEMA = Path(__file__).parents[1] / "node_modules/texture-plugin-jats/rng/JATS-Archiving-1-2-MathML3-RNG"

# what the chapters show: run, key, format
SHOWN = [
    ("sri4-week12", "arms.experimental.rate", ".1%"),
    ("sri4-week12", "arms.control.rate", ".1%"),
    ("sri4-week12", "effects.rd_mn.lower", "+.1pp"),
    ("sri4-week12", "tests.p_pearson", "p4"),
    ("sri4-week12", "tests.p_fisher_2s", "p4"),
    ("sri4-week24", "effects.rd_mn.upper", "+.1pp"),
    ("sri4-week24", "tests.p_pearson", "p4"),
    ("nephritis", "tests.p_pearson", "p"),
    ("nephritis", "tests.p_fisher_2s", "p"),
    ("nephritis", "effects.rd_mn.estimate", "+.1pp"),
    ("infections", "limit", ".1%"),
]


LEFT_OUT = ("No claim of any document", "The data, with their", "What computed", "The results, below")
"""How the captions of the manifest's tables begin, which the PDF leaves to the page."""


def plain(text):
    """Give text without what differs between forms: spaces, hyphens at the ends of lines, shapes of verdicts."""
    return re.sub(r"[\s\u00ad\u2010\u200b\u2060○●◇△✕]|-\n", "", text).replace("’", "'")


@pytest.fixture(scope="module")
def forms(book):
    """The text of each form, without spaces."""
    made = {}
    reader = pypdf.PdfReader(book / "_build/pdf/countback.pdf")
    made["pdf"] = plain("\n".join(page.extract_text() for page in reader.pages))
    word = zipfile.ZipFile(book / "_build/docx/countback.docx").read("word/document.xml").decode()
    made["docx"] = plain(unmarked(word))
    made["jats"] = plain(unmarked((book / "_build/jats/countback.xml").read_text()))
    return made


def unmarked(xml):
    return unescape(re.sub(r"<[^>]+>", "", xml))


def value(book, run, key):
    found = json.loads((book / f"_build/countback/runs/{run}/result.json").read_text())["values"]
    for part in key.split("."):
        found = found[part]
    return found


@pytest.mark.parametrize("form", ["pdf", "docx", "jats"])
def test_numbers_are_those_of_the_results(book, forms, form):
    for run, key, shape in SHOWN:
        assert plain(display(value(book, run, key), shape)) in forms[form], (run, key)


@pytest.mark.parametrize("form", ["pdf", "docx", "jats"])
def test_every_claim_stands_in_the_audit_with_its_reason(book, forms, form):
    findings = json.loads((book / "_build/countback/runs/audit/audit.json").read_text())["findings"]
    text = forms[form].replace("-", "")  # words may be parted at the end of a line
    for finding in findings:
        row = plain(finding["because"]).replace("-", "")
        assert row in text, finding["id"]


def test_a_wrong_number_would_be_seen(forms):
    for text in forms.values():
        assert "0.0527" not in text.replace("0.05270", "")
        assert plain("Pearson’s test gives 0.054") not in text


def test_the_pdf_on_the_pages_is_the_pdf(book, forms):
    assert (book / "_build/html/countback.pdf").read_bytes() == (book / "_build/pdf/countback.pdf").read_bytes()
    front = (book / "_build/html/index.html").read_text()
    assert 'href="countback.pdf"' in front


def test_page_one_has_it_all(book, forms):
    page = plain(pypdf.PdfReader(book / "_build/pdf/countback.pdf").pages[0].extract_text())
    for words in (
        "Low-dose IL-2 in lupus", "The Countback authors", "Version 0.1.0", "The abstract, rebuilt", "55.17%", "0.036",
        "For a clinician", "another test only", "two-sided tests tried",
        "parameters as published",
    ):  # fmt: skip
        assert plain(words) in page, words


def test_the_pdf_is_tagged_and_described(book, forms):
    reader = pypdf.PdfReader(book / "_build/pdf/countback.pdf")
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1" in root["/Metadata"].get_data()
    assert reader.metadata.title.startswith("Low-dose IL-2 in lupus")
    chapters = [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)]
    assert {"The abstract, rebuilt", "Response", "Nephritis", "The audit", "References"} <= set(chapters)
    fonts = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert all("+" in font for font in fonts), "every font is embedded"


@pytest.fixture(scope="module")
def captions(book):
    """The captions of the pages: their number, and all that stands in them up to the first markup."""
    found = re.compile(
        r'<span class="caption-number">((?:Fig\.|Table) \d+) </span><span class="caption-text">([^<]{10,})'
    )
    pages = [book / "_build/html/index.html", *sorted((book / "_build/html/chapters").glob("*.html"))]
    return {
        number: plain(number + unescape(words)) for page in pages for number, words in found.findall(page.read_text())
    }


def test_captions_are_numbered_as_on_the_pages(forms, captions):
    assert len(captions) > 10
    for number, caption in captions.items():
        for form, text in forms.items():
            if form == "pdf" and any(plain(words) in caption for words in LEFT_OUT):
                continue
            assert caption.replace("-", "") in text.replace("-", ""), (form, number)


@pytest.mark.parametrize("kind", ["Fig.", "Table"])
def test_the_pdf_sets_figures_and_tables_in_their_order(forms, captions, kind):
    text = forms["pdf"].replace("-", "")
    numbers = sorted(
        int(n.split()[1])
        for n, words in captions.items()
        if n.startswith(kind) and not any(plain(begun) in words for begun in LEFT_OUT)
    )
    places = [text.index(captions[f"{kind} {number}"].replace("-", "")) for number in numbers]
    assert len(places) > 10
    assert places == sorted(places)


def test_equations_are_numbered_as_on_the_pages(book, forms):
    page = (book / "_build/html/chapters/methods.html").read_text()
    numbers = re.findall(r'id="equation-[^"]+">\s*<span class="eqno">\((\d+)\)', page)
    assert numbers == [str(i + 1) for i in range(len(numbers))]
    assert len(numbers) > 50
    for form in ("docx", "jats"):
        assert [n for n in numbers if f"({n})" not in forms[form]] == [], form


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed (Debian: poppler-utils)")
def test_nothing_is_set_into_the_margin(book, forms):
    layout = subprocess.run(
        ["pdftotext", "-bbox", book / "_build/pdf/countback.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    width = float(re.search(r'<page width="([\d.]+)"', layout)[1])
    side = 21 / 25.4 * 72
    words = re.findall(r'<word xMin="([\d.]+)" yMin="[\d.]+" xMax="([\d.]+)" yMax="[\d.]+">([^<]*)', layout)
    assert len(words) > 1000
    outside = [word for left, right, word in words if float(left) < side - 2 or float(right) > width - side + 2]
    assert outside == []


def test_jats_is_valid(book, forms):
    if not SCHEMA.is_dir():
        pytest.skip("the schema is not installed (npm ci --prefix tests)")
    from lxml import etree

    schema = etree.RelaxNG(etree.parse(SCHEMA / "JATS-archivearticle1-mathml3.rng"))
    document = etree.parse(book / "_build/jats/countback.xml", etree.XMLParser(load_dtd=False, no_network=True))
    assert schema.validate(document), schema.error_log
    broken = document.getroot()
    broken.find(".//article-title").tag = "no-such-thing"
    assert not schema.validate(document)


def test_pages_carry_one_stamp(book):
    stamps = set()
    for page in chromium.pages(book):
        (found,) = re.findall(r'<p class="stamp">(.*?)</p>', page.read_text())
        stamps.add(found)
    (only,) = stamps
    assert "as published" in only


def test_every_figure_and_table_with_a_caption_has_a_name_to_cite(book):
    seen = 0
    for page in [book / "_build/html/index.html", *sorted((book / "_build/html/chapters").glob("*.html"))]:
        html = page.read_text()
        names = re.findall(r'<figure class="run-figure[^"]*" id="([^"]+)"', html)
        names += re.findall(r'<table class="countback[^"]*" id="([^"]+)">\s*<caption', html)
        assert html.count("<figcaption") + html.count("<caption") == len(names), page.name
        assert not [name for name in names if re.fullmatch(r"id\d+", name)], page.name
        seen += len(names)
    assert seen > 20


def test_a_failed_pdf_leaves_none_and_says_what_to_do(tmp_path):
    (tmp_path / "_config.yml").write_text(
        "title: Small\nonly_build_toc_files: true\nexecute: {execute_notebooks: 'off'}\n"
        "sphinx: {extra_extensions: [countback.sphinx_ext], config: {html_context: {default_mode: light}}}\n"
    )
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "CITATION.cff").write_text(
        "title: Small\nauthors: [{name: A}]\nversion: '1'\ndate-released: 2026-01-01\n"
    )
    (tmp_path / "bar.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" viewBox="0 0 9 9"/>'
    )
    page = tmp_path / "index.md"
    page.write_text("# Small\n\nWords.\n")
    pdf = tmp_path / "_build/html/countback.pdf"
    done = build(tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    assert pdf.read_bytes().startswith(b"%PDF")
    page.write_text("# Small\n\n```{image} bar.svg\n```\n")
    done = build(tmp_path)
    assert done.returncode != 0
    assert not pdf.exists()
    assert "error: PDF: Typst refused the article: PDF/UA-1 error: missing alt text" in done.stderr
    assert "image without alternative text" in done.stderr


@pytest.mark.xdist_group("latex")  # as long as all the others here
def test_latex_sets_every_character(own_book):
    if shutil.which("xelatex") is None or shutil.which("latexmk") is None:
        pytest.skip("xelatex is not installed (Debian: see chapters/rebuild.md)")
    done = command("jupyter-book", "build", ".", "--builder", "pdflatex", cwd=own_book)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    log = (own_book / "_build/latex/countback.log").read_text(errors="replace")
    assert "Missing character" not in log
    assert not re.search(r"^! ", log, re.MULTILINE)
    text = plain(
        "\n".join(page.extract_text() for page in pypdf.PdfReader(own_book / "_build/latex/countback.pdf").pages)
    )
    for run, key, shape in SHOWN:
        assert plain(display(value(own_book, run, key), shape)) in text, (run, key)


# How the PDF is laid out


def head_and_first(page):
    """The chapter that a page's head names, and the first words below it."""
    found = []

    def note(text, place, *_):
        if text.strip():
            found.append((place[5], text.strip()))

    page.extract_text(visitor_text=note)
    head = [text for y, text in found if y > 790]
    below = [text for y, text in found if y < 790]
    return head[-1] if len(head) > 1 else "", below[0]


@pytest.fixture(scope="module")
def pdf(book):
    return pypdf.PdfReader(book / "_build/html/countback.pdf")


def test_the_first_page_has_the_finding_and_the_figure(pdf):
    words = plain(pdf.pages[0].extract_text())
    for part in ("fitsawholenumberofpatients", "agreeswithnoneofthe20two-sidedtests", "Fig.1", "Foraclinician"):
        assert part in words, part
    assert words.index("two-sidedtests") < words.index("Fig.1") < words.index("Foraclinician")


def test_the_contents_name_every_chapter_with_its_page(pdf):
    contents, text = next((page, text) for page in pdf.pages if "Contents" in (text := page.extract_text()))
    text = plain(text)
    titles = [entry for entry in pdf.outline if isinstance(entry, dict)]
    links = [a.get_object() for a in contents.get("/Annots", [])]
    chapters = [t for t in titles if plain(t["/Title"]) + "." in text]
    assert len(chapters) >= 20
    assert len(links) >= len(chapters)
    for chapter in chapters:
        same = [
            one for one in titles if one["/Title"] == chapter["/Title"]
        ]  # the front page has a heading of that name
        number = pdf.get_destination_page_number(same[-1]) + 1
        assert re.search(rf"{re.escape(plain(chapter['/Title']))}\.+{number}(?!\d)", text)


def test_figures_are_in_their_chapter_and_heads_are_true(book, pdf):
    """By the numbers of the figures: each comes after its chapter's heading and before the next one's."""
    outline = [entry for entry in pdf.outline if isinstance(entry, dict)]
    toc = (book / "_toc.yml").read_text(encoding="utf-8")
    starts = {plain(entry["/Title"]): pdf.get_destination_page_number(entry) for entry in outline}
    order = []
    for name in re.findall(r"file: (chapters/[a-z]+)$", toc, flags=re.MULTILINE):
        source = (book / f"{name}.md").read_text(encoding="utf-8")
        title = plain(re.search(r"^# (.*)$", source, flags=re.MULTILINE)[1])
        order.append((title, len(re.findall(r"^:::\{run-figure\}", source, flags=re.MULTILINE))))
    words = "\f".join(plain(page.extract_text()) for page in pdf.pages)
    figure, pages = 1, words.split("\f")
    for (title, many), following in zip(order, [*order[1:], (None, 0)], strict=True):
        last = starts[following[0]] if following[0] else len(pages) - 1
        for _ in range(many):
            figure += 1
            [place] = [i for i, page in enumerate(pages) if re.search(rf"Fig\.{figure}(?!\d)[A-Z“]", page)]
            assert starts[title] <= place <= last, f"Fig. {figure} on page {place + 1}, {title}"
    for i, page in enumerate(pdf.pages):
        head, first = head_and_first(page)
        begun = [title for title, _ in order if starts[title] < i]
        opens = [title for title, _ in order if title == plain(first) and starts[title] == i]
        expected = "".join((opens or begun)[-1:])
        assert plain(head) == expected, i + 1


def test_no_page_is_half_empty(book, tmp_path):
    if shutil.which("pdftoppm") is None:
        pytest.skip("pdftoppm is not installed (Debian: apt-get install poppler-utils)")
    from PIL import Image

    done = subprocess.run(
        ["pdftoppm", "-r", "20", "-gray", str(book / "_build/html/countback.pdf"), str(tmp_path / "p")], check=False
    )
    assert done.returncode == 0
    pages = sorted(tmp_path.glob("p*.pgm"))
    for path in pages[2:-1]:  # the contents close the front matter
        image = Image.open(path).convert("L")
        width, height = image.size
        rows = [y for y in range(int(height * 0.075), int(height * 0.93))
                if min(image.crop((0, y, width, y + 1)).tobytes()) < 200]  # fmt: skip
        assert max(rows, default=0) > height * 0.5, path.name


def test_formulas_and_digests_are_on_the_pages_alone(book, pdf):
    words = plain(" ".join(page.extract_text() for page in pdf.pages))
    assert not re.search(r"[0-9a-f]{16}[0-9a-f]{16}", words)
    assert "Formulasandreferences" not in words
    page = (book / "_build/html/chapters/manifest.html").read_text(encoding="utf-8")
    assert re.search(r"[0-9a-f]{16} [0-9a-f]{16}", page)


def test_the_pdf_links_to_no_notebook(pdf):
    annotations = [a.get_object() for page in pdf.pages for a in page.get("/Annots", [])]
    addresses = [a["/A"]["/URI"] for a in annotations if "/URI" in a.get("/A", {})]
    assert addresses
    assert not [a for a in addresses if not a.startswith(("http", "mailto"))]
