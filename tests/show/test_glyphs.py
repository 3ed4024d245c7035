import logging

import pytest

from countback.show import glyphs
from countback.show.glyphs import drawable, families


@pytest.fixture
def only_own(monkeypatch):
    """A machine that has no other fonts."""
    own = glyphs._fonts()[:2]
    monkeypatch.setattr(glyphs, "_fonts", lambda: own)
    for cached in (glyphs._family, glyphs._shown):
        cached.cache_clear()
    yield
    for cached in (glyphs._family, glyphs._shown):
        cached.cache_clear()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, with a\nbreak", "plain, with a\nbreak"),
        ("Sjögren ≥ 4 µg · Ωμέγα · Привет", "Sjögren ≥ 4 µg · Ωμέγα · Привет"),
        ("试验", "[U+8BD5][U+9A8C]"),
        ("arm \U0001f9ec", "arm [U+1F9EC]"),
        ("\ufeffarm", "arm"),
        ("\u202earm\u202c \u2067x\u2069\u200f", "arm x"),
        ("nul\x00, escape\x1b, next\x85", "nul, escape, next"),
        ("one\ttab\u2028line\r\nbreak", "one tab line\nbreak"),
        ("heart\u2665\ufe0f", "heart\u2665"),
        ("\ud800 alone", "[U+D800] alone"),
        ("\U0010ffff", "[U+10FFFF]"),
    ],
)
def test_what_no_font_has_is_a_code_point_and_what_steers_is_gone(only_own, text, shown):
    assert drawable(text) == shown
    assert families([shown]) == (["DejaVu Sans"] if "\u2665" in shown else [])


def test_a_character_that_no_font_has_is_said_once(only_own, caplog):
    with caplog.at_level(logging.WARNING):
        drawable("试试")
        drawable("试")
    assert [r.getMessage() for r in caplog.records] == [
        "no font at hand has the character U+8BD5; figures show [U+8BD5]"
    ]


def test_a_further_font_is_asked(monkeypatch):
    monkeypatch.setattr(glyphs, "_family", lambda c: "Noto Sans SC" if c == "试" else glyphs.BASE)
    assert families(["ab", "ä试", "试"]) == ["Noto Sans SC"]
