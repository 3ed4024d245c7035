"""The style sheet of the verdicts, and text from data."""

import pytest

from books import ROOT
from countback.audit.verdicts import Verdict
from countback.book import marks
from countback.book.text import literal, visible


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_its_rules(verdict):
    sheet = marks.stylesheet()
    assert f'.verdict.verdict-{verdict.slug}::before {{ content: "{verdict.mark.sign}"' in sheet
    assert sheet.count(f"--cb-{verdict.slug}: #") == 3  # light, dark, paper


@pytest.mark.parametrize("verdict", Verdict)
@pytest.mark.parametrize("behind", [marks.LIGHT, marks.DARK, "#ffffff"])
def test_text_in_its_colour_can_be_read(verdict, behind):
    assert marks.contrast(marks.readable(verdict.mark.colour, behind), behind) >= marks.CONTRAST


def test_contrast_is_that_of_wcag():
    assert marks.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert marks.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


def test_no_other_file_names_a_verdict():
    named = [*(ROOT / "assets").glob("*.css"), *(ROOT / "analysis/countback/book").rglob("*.typ")]
    for file in named:
        assert not [v for v in Verdict if f"verdict-{v.slug}" in file.read_text(encoding="utf-8")], file


@pytest.mark.parametrize("text", ["~~~", ":::", "% x", "- x", "1. x", "---", "# x", "> x", "| a |", "{stat}`a:b`"])
def test_text_begins_no_block(text):
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable("table").parse(literal(text))
    assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
    assert "".join(child.content for child in tokens[1].children) == text


def test_what_turns_the_direction_is_shown():
    assert visible("a\u202eb\u2067c") == "a[U+202E]b[U+2067]c"
    assert visible("\u05d0 \u0627") == "\u05d0 \u0627"
