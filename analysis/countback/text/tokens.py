"""Tokens: a text cut into numbers, words and marks, each of one class.

The classes of all tokens, one character each, are the string on which the patterns of :mod:`countback.text.grammar` are
matched. One pass over the text; nothing looks back further than a token.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache

from countback.text.lexicon import (
    CODE,
    EXACT_CLASS,
    GRADES,
    LABELLERS,
    NUMBER_WORDS,
    PHRASE_STARTS,
    PLURAL_LABELLERS,
    TENS,
    WORD_CLASS,
)

DASHES = "-−–—‒‐‑"
_DOT = ".·∙•"
_BODY = rf"(?:\d{{1,3}}(?:[,\u2009\u202f\u00a0]\d{{3}})+(?![\d])(?:[{_DOT}]\d+)?|\d+(?:[{_DOT}]\d+)*|[{_DOT}]\d+)"
_BODY_COMMA = rf"(?:\d+,\d{{1,4}}(?!\d)|{_BODY})"
_SCAN = r"""
(?P<compound>\d+(?:[.,·]\d+)?-(?:to-\d+-)?[A-Za-z][\w-]*|\d+[A-Za-z][\w]*(?:[-/][A-Za-z]\w*)*|\d+(?:\s?:\s?\d+)+(?![\d.]))
|(?P<number>(?:(?<![\w%)\].])[{dashes}+](?=[\d{dot}]))?{body})(?P<percent>\s?%|\s?per\s?cent(?:age)?(?!\w)(?!\spoint))?
|(?P<word>[^\W\d_](?:[^\W_]|[-'’](?=\w)|/(?=[^\W\d])|\.(?=[a-z]\b)|\([-−+]?\d[a-z]?\))*\+?)
|(?P<rel>[<>≤≥⩽⩾＜＞](?:\s?(?:or\s)?=)?)
|(?P<line>\n\s{0,400})
|(?P<run>[^\s\w]{8,})
|(?P<mark>\+/[-−–]|[^\s\w])
"""
_MARKS = {
    "(": "OPEN", "[": "OPEN", "{": "OPEN", ")": "CLOSE", "]": "CLOSE", "}": "CLOSE", ",": "COMMA", ";": "SEMI",
    ":": "COLON", "/": "SLASH", "=": "EQ", "±": "PM", "+/-": "PM", "+/−": "PM", "+/–": "PM",
} | dict.fromkeys(DASHES, "DASH") | dict.fromkeys("!?", "STOP")  # fmt: skip
_GROUP_LABEL = re.compile(r"[A-Z]{1,4}\d?$|[IVX]{1,4}$")
_GLUED_UNIT = re.compile(r"(\d+(?:[.,·]\d+)?)(mg|g|kg|ml|mL|l|L|mm|cm|h|min|d|wk|weeks|days|months|years|y|yr|Gy)$")
_SCALES = re.compile(r"\s*(?:hundred|thousand|million|billion)\b", re.IGNORECASE)
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "vs",
        "al",
        "dr",
        "no",
        "fig",
        "st",
        "approx",
        "ca",
        "cf",
        "etc",
        "mr",
        "mrs",
        "ms",
        "jr",
        "inc",
        "vol",
    ]
)
_UNSIGNED_BEFORE = frozenset(["COMMA", "OPEN", "TO", "EQ", "CI", "COLON", "REL", "SEMI", "DIFF", "RATIO", "CHANGE"])

_SCANNERS = {
    comma: re.compile(
        _SCAN.replace("{dashes}", re.escape(DASHES)).replace("{dot}", _DOT).replace("{body}", body), re.VERBOSE
    )
    for comma, body in ((False, _BODY), (True, _BODY_COMMA))
}
_PLAIN_WORD = CODE["WORD"]
_WORD_CODE = {word: CODE[name] for word, name in WORD_CLASS.items()}
_SPECIAL = (
    frozenset(PHRASE_STARTS) | frozenset(w.lower() for w in EXACT_CLASS) | frozenset(NUMBER_WORDS) | frozenset(TENS)
)
"""Words that need more than a look at the lexicon."""
_CODE_CLASS = {code: name for name, code in CODE.items()}


@dataclass
class Tokens:
    """A text as tokens.

    Attributes
    ----------
    text : str
    codes : list of str
        The class of each token, one character of :data:`countback.text.lexicon.CODE`.
    starts, ends : list of int
        Where each token is in the text.
    names : dict of int to str
        Measure that a token names (``HR``), by the token's index.
    """

    text: str
    codes: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)

    def word(self, index: int) -> str:
        """Characters of one token."""
        return self.text[self.starts[index] : self.ends[index]]

    def span(self, first: int, end: int) -> str:
        """Characters from one token up to, not including, another."""
        return self.text[self.starts[first] : self.ends[end - 1]]

    def kind(self, index: int) -> str:
        """Class of one token; ``STOP`` outside the text."""
        return _CODE_CLASS[self.codes[index]] if 0 <= index < len(self.codes) else "STOP"

    def _add(self, name: str, start: int, end: int) -> None:
        self.codes.append(CODE[name])
        self.starts.append(start)
        self.ends.append(end)


def decimal_comma(text: str) -> bool:
    """Whether a text writes decimals with a comma: it has such numbers, and none with a decimal point."""
    return bool(re.search(r"\d,\d{1,2}(?![\d,])", text)) and not re.search(r"\d\.\d", text)


@lru_cache(maxsize=4096)
def digits(printed: str) -> str:
    """Printed number as plain digits with a decimal point and an ASCII minus, without a percent sign."""
    plain = "".join(printed.split()).translate(_PLAIN).rstrip("%")
    plain = re.sub(r"per?cent$|percentage$", "", plain)
    plain = re.sub(r",(?=\d{3}(?!\d))", "", plain) if re.match(r"[-+]?\d{1,3}(,\d{3})+(\.|$)", plain) else plain
    return plain.replace(",", ".")


_PLAIN = str.maketrans(
    {**dict.fromkeys("−–—‒‐‑", "-"), **dict.fromkeys("·∙•", "."), **dict.fromkeys("$€£¥", ""), "＜": "<", "＞": ">"}
)


@lru_cache(maxsize=4096)
def value(printed: str) -> float:
    """Value of a printed number, digits or a word; nan where it is neither."""
    word = printed.lower().strip()
    if word in NUMBER_WORDS:
        return float(NUMBER_WORDS[word])
    first, _, second = word.partition("-")
    if first in TENS:
        return float(TENS[first] + NUMBER_WORDS.get(second, 0))
    try:
        return float(digits(printed))
    except ValueError:
        return float("nan")


def tokenise(text: str) -> Tokens:
    """Cut a text into tokens.

    Examples
    --------
    >>> tokens = tokenise("RR 0.68 (95% CI, 0.49-0.96)")
    >>> [tokens.kind(i) for i in range(len(tokens.codes))]
    ['RATIO', 'DEC', 'OPEN', 'PCT', 'CI', 'COMMA', 'DEC', 'DASH', 'DEC', 'CLOSE']
    """
    tokens = Tokens(text)
    codes, starts, ends = tokens.codes, tokens.starts, tokens.ends
    skip = 0
    for match in _SCANNERS[decimal_comma(text)].finditer(text):
        start, end = match.span()
        if start < skip:
            continue
        which = match.lastgroup
        if which == "word":
            word = text[start:end]
            lower = word.lower()
            if lower in _SPECIAL or (len(word) < 6 and word[0].isupper()) or not word.isalpha():
                skip = _word(tokens, start, end)
            else:
                codes.append(_WORD_CODE.get(lower, _PLAIN_WORD))
                starts.append(start)
                ends.append(end)
        elif which == "mark":
            _mark(tokens, match["mark"], start, end)
        elif which in ("number", "percent"):
            _number(tokens, match, start)
        elif which == "rel":
            tokens._add("REL", start, end)
        elif which == "compound":
            _compound(tokens, match["compound"], start, end)
        elif which == "line" and _ends_sentence(text, start, end):
            tokens._add("STOP", start, end)
    return tokens


def _word(tokens: Tokens, start: int, end: int) -> int:
    """Add a word, or the phrase that it begins; the end of what was read."""
    text = tokens.text
    word = text[start:end]
    lower = word.lower()
    phrases = PHRASE_STARTS.get(lower) or (PHRASE_STARTS.get(lower.partition("-")[0]) if "-" in word else None)
    for form, name, measure in phrases or ():
        found = form.match(text, start)
        if found and found.end() >= end:
            tokens._add(name, start, found.end())
            if measure:
                tokens.names[len(tokens.codes) - 1] = measure
            return found.end()
    exact = EXACT_CLASS.get(word) or (EXACT_CLASS.get(lower) if lower in WORD_CLASS else None)
    if exact:
        tokens._add(exact[0], start, end)
        tokens.names[len(tokens.codes) - 1] = exact[1]
        return end
    name = WORD_CLASS.get(lower, "WORD")
    if word == "VS" and "(VS)" in text:  # an abbreviation of this text
        name = "WORD"
    if name == "WORD" and "-" in lower and lower.partition("-")[0] in TENS and lower.partition("-")[2] in NUMBER_WORDS:
        name = "WORDNUM"
    if name == "WORD" and "/" in lower:
        name = "UNIT" if WORD_CLASS.get(lower.partition("/")[0]) == "UNIT" else "WORD"
    if _GROUP_LABEL.match(word) and name != "P" and (tokens.kind(len(tokens.codes) - 1) == "GROUP" or _labels(tokens)):
        name = "LABEL"
    if name == "WORDNUM" and _SCALES.match(text, end):
        name = "WORD"
    tokens._add(name, start, end)
    return end


def _labels(tokens: Tokens) -> bool:
    """Whether a letter goes on with a list of groups: "groups A and B"."""
    last = len(tokens.codes) - 1
    return (
        tokens.kind(last) in ("AND", "COMMA", "VS")
        and tokens.kind(last - 1) == "LABEL"
        and tokens.word(last - 1).isalpha()
    )


def _number(tokens: Tokens, match: re.Match[str], start: int) -> None:
    number, end = match["number"], match.end()
    signed = number[0] in DASHES or number[0] == "+"
    if not signed and tokens.codes and tokens.codes[-1] == CODE["DASH"] and _is_sign(tokens):
        tokens.codes.pop(), tokens.ends.pop()
        start, signed = tokens.starts.pop(), True
    if match["percent"]:
        name = "SPCT" if signed else "PCT"
    elif signed:
        name = "NEG"
    else:
        name = "DEC" if any(c in number for c in _DOT) or ("," in number and not _grouped(number)) else "NUM"
        if name == "NUM" and _is_label(tokens, number):
            name = "LABEL"
    tokens._add(name, start, end)


def _grouped(number: str) -> bool:
    return bool(re.fullmatch(r"\d{1,3}(?:[,\u2009\u202f\u00a0]\d{3})+", number))


def _is_sign(tokens: Tokens) -> bool:
    """Whether a dash with a blank behind it is a minus: nothing is before it that could begin a range."""
    before = tokens.kind(len(tokens.codes) - 2)
    if before == "WORD":
        return len(tokens.word(len(tokens.codes) - 2)) == 1
    return before in _UNSIGNED_BEFORE


def _is_label(tokens: Tokens, number: str) -> bool:
    """Whether a number is a name: after "week", in a list after "weeks", or a year."""
    last = len(tokens.codes) - 1
    if last < 0:
        return False
    before = tokens.word(last).lower()
    if before in LABELLERS:
        return True
    if (
        last > 1
        and tokens.codes[last - 1] == CODE["LABEL"]
        and tokens.kind(last) in ("DASH", "TO", "AND", "COMMA", "OR")
    ):
        head = tokens.word(last - 2).lower()
        if tokens.kind(last) in ("OR", "AND", "TO") and head in GRADES:
            return True
        return tokens.kind(last) == "DASH" or head in PLURAL_LABELLERS or tokens.codes[last - 2] in _LISTED
    if len(number) == 4 and number[:2] in ("19", "20") and "," not in number:
        if tokens.kind(last) in ("TO", "DASH") and tokens.kind(last - 1) != "LABEL":
            return False
        return tokens.kind(last) not in ("EQ", "SLASH", "OF", "OPEN") or before in ("©",)
    return False


_LISTED = {CODE["DASH"], CODE["AND"]}


def _compound(tokens: Tokens, text: str, start: int, end: int) -> None:
    glued = _GLUED_UNIT.match(text)
    if glued:
        middle = start + len(glued[1])
        tokens._add("DEC" if any(c in glued[1] for c in ".,·") else "NUM", start, middle)
        tokens._add("UNIT", middle, end)
    else:
        tokens._add("LABEL" if ":" in text else "WORD", start, end)


def _mark(tokens: Tokens, mark: str, start: int, end: int) -> None:
    if mark == ".":
        following = tokens.text[end : end + 2]
        if not following or (following[0].isspace() and not following[1:].islower()):
            last = tokens.word(-1).lower() if tokens.codes else ""
            if last not in _ABBREVIATIONS:
                tokens._add("STOP", start, end)
        return
    name = _MARKS.get(mark)
    if name:
        tokens._add(name, start, end)


def _ends_sentence(text: str, start: int, end: int) -> bool:
    """Whether a line break ends a sentence: an empty line, or a line that ends as sentences do."""
    return text.count("\n", start, end) > 1 or text[max(0, start - 4) : start].rstrip()[-1:] in tuple(".!?:")
