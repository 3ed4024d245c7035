"""Every pattern finds its examples and leaves its counter-examples alone."""

import pytest

from countback.text.patterns import ASIDES, CELLS, COMPARISONS, FAMILIES
from countback.text.reader import _Reader
from countback.text.row import Row
from countback.text.tokens import tokenise

CASES = [(name, pattern) for name, family in FAMILIES.items() for pattern in family]


def found(pattern, text, reduced):
    tokens = tokenise(text)
    row = Row(tokens)
    if reduced:
        row.reduce(CELLS, _Reader(tokens, "")._cell)
    seen = []
    row.reduce([pattern], lambda f: seen.append({name: tokens.span(*part) for name, part in f.parts.items()}))
    return seen


def starts(seen, wanted):
    return all(seen.get(name, "").startswith(text) for name, text in wanted.items())


@pytest.mark.parametrize(("family", "pattern"), CASES, ids=[f"{f}-{p.name}-{n}" for n, (f, p) in enumerate(CASES)])
def test_a_pattern_finds_its_examples_and_nothing_else(family, pattern):
    reduced = pattern in COMPARISONS or pattern in ASIDES
    assert pattern.examples and pattern.leaves
    for text, wanted in pattern.examples:
        assert any(starts(seen, wanted) for seen in found(pattern, text, reduced)), text
    for text in pattern.leaves:
        assert found(pattern, text, reduced) == [], text
