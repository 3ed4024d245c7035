"""Plain English: what docstrings, comments, messages and prose do not say, and how a docstring opens."""

import ast
import io
import re
import tokenize

import pytest

from books import ROOT

PACKAGE = ROOT / "analysis" / "countback"
EXCLUDED = ("procedures", "runs")
"""Rooms whose words are not read yet."""

PROSE = ["README.md", "CHANGELOG.md", "chapters/rebuild.md", *(p.as_posix() for p in ROOT.glob("data/*/README.md"))]

_OPENING = re.compile(r"(?:Gives?|Tells?|Says?|Returns?|Gets?)\b")
_PER = "patient|arm|row|line|file|claim|problem|method|procedure|kind|chapter|trial|page|check"
BANNED = {
    "stands, of what is printed or there": r"\bstands?\b(?! (?:for|out)\b)",
    "is no, of what is not one": r"(?<!here )\b(?:is|are|was) no (?!(?:more|less|other|difference|effect|\w+er)\b)",
    "is none": r"(?<!here )\bis none\b",
    "hold against": r"\bh[oe]ld(?:s|ing)?\b[^.;]{0,40}\bagainst\b",
    "found of a claim": r"\bfound of (?:a|the|each) ",
    "lacking": r"\blacking\b",
    "a patient, for per patient": rf"\b(?:one|patients) (?:[\w-]+ ){{0,2}}an? (?:{_PER})\b",
    "prints, of what only gives": r"\b(?:tests?|procedures?|counts?|events?|rules?|totals?) prints?\b",
}
"""What is not said, and the pattern that finds it."""


def sources():
    return sorted(PACKAGE.rglob("*.py"))


def texts(tree):
    """Line and text of every string with more than one word, docstrings and the parts of f-strings among them."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value.strip():
            yield node.lineno, " ".join(node.value.split())


def comments(source):
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def docstrings(tree):
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value.strip()


def objections(source):
    tree = ast.parse(source)
    everything = [*texts(tree), *comments(source)]
    found = [f"{line}: {what}: {text[:80]}" for line, text in everything for what in said(text)]
    return found + [f"{line}: opens with: {text[:40]}" for line, text in docstrings(tree) if _OPENING.match(text)]


def said(text):
    return [what for what, pattern in BANNED.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_in_plain_english(path):
    assert objections(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("name", PROSE)
def test_prose_is_in_plain_english(name):
    text = " ".join((ROOT / name).read_text(encoding="utf-8").split())
    assert said(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The stamp stands at the foot of a page.", "stands, of what is printed or there"),
        ("printed '155.17' is no percentage", "is no, of what is not one"),
        ("A level between 0 and 1; nan is none.", "is none"),
        ("It holds claims against each other.", "hold against"),
        ("What was found of a claim.", "found of a claim"),
        ("Name what is lacking here.", "lacking"),
        ("Whole numbers, one a patient.", "a patient, for per patient"),
        ("Needs one SHA-256 a file.", "a patient, for per patient"),
        ("Patients an arm in all.", "a patient, for per patient"),
        ("Which test prints the value.", "prints, of what only gives"),
    ],
)
def test_what_is_not_said_is_found(text, what):
    assert said(text) == [what]
    assert objections(f'def f():\n    raise ValueError("{text}")\n') == [f"2: {what}: {text}"]
    assert objections(f"x = 1  # {text}\n") == [f"1: {what}: # {text}"]


@pytest.mark.parametrize("opening", ["Give the rates.", "Tell whether it is so.", "Say what it is.", "Returns a rate."])
def test_an_opening_is_found(opening):
    assert objections(f'def f():\n    """{opening}"""\n') == [f"2: opens with: {opening}"]


@pytest.mark.parametrize(
    "text",
    ["``NS`` stands for alpha or more.", "There is no such trial.", "The test gives 0.05.", "An article prints 0.05."],
)
def test_plain_english_is_left_alone(text):
    assert said(text) == []
