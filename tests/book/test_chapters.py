"""The prose: no result is typed, every page is in the contents, every command in it exists."""

import re

import pytest

from books import ROOT

PAGES = [ROOT / "index.md", *sorted((ROOT / "chapters").glob("*.md"))]
NAMES = (
    r"SRI-4|IL-2|N-1|He 2020|[Ww]eek (?:12|24)|week-?(?:12|24)|LUPIL-2|Table \d|SLEDAI-2K|RoB 2|2x2|0/1|Jupyter Book \d"
)
"""Names that hold a digit and are no results."""

PATTERNS = (
    r"```.*?```",  # commands and the like
    r"`[^`]*`",  # roles and code
    r"\{[a-z:-]+\}`[^`]*`",
    r"\$[^$]*\$",
    r"\]\([^)]*\)",  # addresses
    r"https?://\S+",
    r"10\.\d{4,}/\S+",
    r"^:[a-z-]+:.*$",  # options of directives
    r"^:::+\{.*$",
    r"^\(.*\)=$",
    NAMES,
)


def prose(text):
    text = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for pattern in PATTERNS[1:]:
        text = re.sub(pattern, "", text, flags=re.MULTILINE)
    return text


@pytest.mark.parametrize("path", [p for p in PAGES if p.stem != "rebuild"], ids=lambda p: p.stem)
def test_no_result_is_typed(path):
    text = prose(path.read_text(encoding="utf-8"))
    typed = re.findall(r"[^\n]*(?:\d+\.\d+|\d+\s?%|\bp\s?[=<]\s?\d|\d+\s?/\s?\d+|\d+ of \d+)[^\n]*", text)
    assert typed == []


def test_the_check_finds_typed_results():
    for line in ("p = 0.05", "about 55% of them", "0.52", "16/29 answered", "9 of 30"):
        assert re.search(r"\d+\.\d+|\d+\s?%|\bp\s?[=<]\s?\d|\d+\s?/\s?\d+|\d+ of \d+", prose(line)), line


def test_every_page_is_in_the_contents():
    contents = (ROOT / "_toc.yml").read_text(encoding="utf-8")
    for path in PAGES[1:]:
        assert f"file: chapters/{path.stem}\n" in contents


def test_every_documented_command_exists():
    from countback.cli import main

    for path in [ROOT / "README.md", *PAGES]:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"(?:^|`)countback ([a-z]+)", text, flags=re.MULTILINE):
            assert name in main.commands, f"{path.name}: countback {name}"
        for target in re.findall(r"(?:^|`)make ([a-z-]+)", text, flags=re.MULTILINE):
            assert f"\n{target}:" in (ROOT / "Makefile").read_text(encoding="utf-8"), f"{path.name}: make {target}"


def test_every_command_is_documented():
    from countback.cli import main

    text = (ROOT / "chapters" / "rebuild.md").read_text(encoding="utf-8")
    for name in main.commands:
        assert f"countback {name}" in text
    for target in re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE):
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        assert f"make {target}" in readme, target


def test_every_reference_is_cited_or_listed():
    bib = (ROOT / "chapters" / "references.bib").read_text(encoding="utf-8")
    known = set(re.findall(r"@\w+\{(\w+),", bib))
    cited = {
        key.strip()
        for path in PAGES
        for keys in re.findall(r"\{cite[a-z:]*\}`([^`]*)`", path.read_text(encoding="utf-8"))
        for key in keys.split(",")
    }
    assert cited <= known


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.stem)
def test_nobody_is_accused(path):
    text = path.read_text(encoding="utf-8").lower()
    for word in (
        "error by the authors",
        "mistaken",
        "fraud",
        "fabricat",
        "manipulat",
        "the authors erred",
        "wrong p",
    ):
        assert word not in text
