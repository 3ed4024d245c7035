"""The article: from a page of HTML to PDF, Word and JATS, with nothing lost, run, or left half done."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import docx
import pypdf
import pytest

from countback.book import article
from countback.book.article import Article, ArticleError
from countback.deposit.stamp import Stamp

STAMP = Stamp("1.0", "f" * 40, True, "a" * 64, "b" * 64, datetime(2026, 3, 5, tzinfo=UTC), {})
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><rect width="40" height="10"/></svg>'
HTML = """<section id="top"><h1>A report</h1>
<div class="answer"><p>In short: <a href="#row-a"><span class="claim verdict-not-reproduced">
<span class="claim-number">0.036</span> <span class="verdict-mark">not reproduced</span></span></a>.</p></div>
<section id="how"><h2>How</h2><p>See <a href="#document-two">two</a> and
<a href="#nowhere">a notebook</a>.</p></section></section>
<div class="chapter" id="document-two"><section id="second"><h1>Second</h1>
<p>As in <span class="math">\\(x^2\\)</span>:</p>
<div class="equation" id="eq" data-number="3"><p>\\[y = x^2\\]</p></div>
<figure id="fig-one"><img src="image-1.svg" alt="A black bar." />
<figcaption><p><span class="caption-number">Fig. 1 </span>A bar.</p></figcaption></figure>
<table id="tab-one"><caption><span class="caption-number">Table 1 </span>Numbers.</caption>
<thead><tr><th>what</th><th style="text-align: right">number</th></tr></thead>
<tbody><tr><td><span id="row-a"></span>a</td><td style="text-align: right">0.036</td></tr></tbody></table>
</section></div>"""
HOSTILE = 'a $x$ #panic("no") *b* _c_ `d` @e <f> \\ [g] "h" // i'


@pytest.fixture
def image(tmp_path):
    path = tmp_path / "bar.svg"
    path.write_text(SVG)
    return path


@pytest.fixture
def small(image):
    return Article("A report", ("Somebody",), HTML, {"image-1.svg": image}, STAMP, ("tea",))


def text_of_pdf(path):
    reader = pypdf.PdfReader(path)
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


def text_of_word(path):
    xml = zipfile.ZipFile(path).read("word/document.xml").decode()
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", re.sub(r"</w:p>", " ", xml)))


def test_the_tree_is_put_in_order():
    tree = article.read(
        '<section id="a"><h1>A</h1><p id="x"><a href="#b">b</a> <a href="#z">z</a></p>'
        '<section id="b"><h2>B</h2></section></section>'
    )
    kinds = [block["t"] for block in tree["blocks"]]
    assert kinds == ["Header", "Para", "Header"]
    assert [block["c"][1][0] for block in tree["blocks"] if block["t"] == "Header"] == ["a", "b"]
    links = [inline["t"] for inline in tree["blocks"][1]["c"]]
    assert links.count("Link") == 1  # the one that leads somewhere
    assert article.text_of(tree["blocks"][1]) == "b z"


def test_an_identifier_counts_once():
    tree = article.read('<section id="a"><h1>A</h1></section><section id="a"><h1>B</h1></section>')
    assert [block["c"][1][0] for block in tree["blocks"]] == ["a", ""]


def test_pdf(small, tmp_path):
    out = tmp_path / "out.pdf"
    article.make(small, "pdf", out)
    reader = pypdf.PdfReader(out)
    assert reader.metadata.title == "A report"
    assert reader.metadata.author == "Somebody"
    assert reader.metadata.subject == STAMP.line
    assert reader.metadata.creation_date == STAMP.moment
    catalogue = reader.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert str(catalogue["/Lang"]).startswith("en")
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalogue["/Metadata"].get_data()
    assert [entry["/Title"] for entry in reader.outline if isinstance(entry, dict)] == ["How", "Second"]
    text = text_of_pdf(out)
    for words in ("In short: 0.036", "not reproduced", "Fig. 1 A bar.", "Table 1 Numbers.", "(3)", STAMP.line[:40]):
        assert words in text, words
    targets = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    assert len(targets) == 3  # to the row, to the chapter, from the contents; what leads nowhere is no link


def test_the_same_bytes_at_another_time(small, tmp_path, monkeypatch):
    for form in article.FORMS:
        first, second = tmp_path / "first" / form, tmp_path / "second" / form
        for out, clock in ((first, 1_000_000_000), (second, 1_500_000_000)):
            out.parent.mkdir(exist_ok=True)
            with monkeypatch.context() as patch:
                patch.setattr("time.time", lambda clock=clock: float(clock))
                article.make(small, form, out)
        assert first.read_bytes() == second.read_bytes(), form


@pytest.mark.parametrize("form", sorted(article.FORMS))
def test_data_is_text_and_never_markup(image, tmp_path, form):
    from html import escape

    body = f'<section id="a"><h1>{escape(HOSTILE)}</h1><p>{escape(HOSTILE)}</p></section>'
    body += '<div class="chapter" id="two"><h1>Two</h1>'
    body += f'<figure><img src="image-1.svg" alt="{escape(HOSTILE)}" /></figure></div>'
    hostile = Article(HOSTILE, (HOSTILE,), body, {"image-1.svg": image}, STAMP, (HOSTILE,))
    out = tmp_path / "out"
    article.make(hostile, form, out)
    if form == "jats":
        text = out.read_text()
        assert "&lt;f&gt;" in text
    else:
        text = text_of_pdf(out) if form == "pdf" else text_of_word(out)
        assert "#panic(" in text
        assert "$x$" in text
        assert "*b*" in text


def test_a_failure_leaves_nothing_and_says_what_to_do(small, tmp_path):
    out = tmp_path / "out.pdf"
    article.make(small, "pdf", out)
    wordless = HTML.replace(' alt="A black bar."', "")
    with pytest.raises(
        ArticleError, match=r"Typst refused the article: .*missing alt text; .*image without alternative text"
    ):
        article.make(Article("A", ("B",), wordless, small.images, STAMP), "pdf", out)
    assert not out.exists()


def test_a_missing_pandoc_is_named(small, tmp_path, monkeypatch):
    import pypandoc

    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(tmp_path / "nowhere"))
    out = tmp_path / "out.pdf"
    with pytest.raises(ArticleError, match=r"pandoc: .*pip install -r requirements.txt"):
        article.make(small, "pdf", out)
    assert not out.exists()


def test_word(small, tmp_path):
    out = tmp_path / "out.docx"
    article.make(small, "docx", out)
    text = text_of_word(out)
    for words in ("A report", "Somebody", "0.036 [not reproduced]", "Fig. 1", "Table 1", STAMP.line):
        assert words in text, words
    names = zipfile.ZipFile(out).namelist()
    assert any(name.endswith(".png") for name in names)
    described = zipfile.ZipFile(out).read("word/document.xml").decode()
    assert 'descr="A black bar."' in described
    document = docx.Document(out)
    (section,) = document.sections
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert STAMP.line in section.footer.paragraphs[0].text
    (table,) = document.tables
    what, number = (column.width.mm for column in table.columns)
    assert number > what > 8  # neither breaks a word, and the page is not filled for its own sake
    assert what + number < 60
    assert "2026-03-05" in zipfile.ZipFile(io.BytesIO(out.read_bytes())).read("docProps/core.xml").decode()


def test_word_has_pictures_in_containers_too(small, tmp_path):
    contained = re.sub(r"(<figure.*?</figure>)", r'<div class="fallback"><div>\1</div></div>', HTML, flags=re.DOTALL)
    out = tmp_path / "out.docx"
    article.make(replace(small, html=contained), "docx", out)
    kinds = {Path(name).suffix for name in zipfile.ZipFile(out).namelist() if "/media/" in name}
    assert kinds == {".png"}


def test_jats(small, tmp_path):
    from lxml import etree

    out = tmp_path / "jats" / "out.xml"
    article.make(small, "jats", out)
    tree = etree.fromstring(out.read_bytes())
    assert tree.findtext(".//article-title") == "A report"
    assert [e.text for e in tree.iterfind(".//label")] == ["(3)", "Fig. 1", "Table 1"]
    assert tree.findtext(".//disp-formula/label") == "(3)"
    assert tree.find(".//abstract") is not None
    assert tree.findtext(".//alt-text") == "A black bar."
    (graphic,) = tree.iterfind(".//graphic")
    assert (out.parent / graphic.get("{http://www.w3.org/1999/xlink}href")).is_file()
    identifiers = {e.get("id") for e in tree.iter() if e.get("id")}
    references = {e.get("rid") for e in tree.iter("xref")}
    assert references
    assert references <= identifiers
