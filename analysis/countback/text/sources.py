"""What a file is, a text, an article or a record, and its claims."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

from countback.errors import InputError
from countback.files import decoded, read_bytes, shown
from countback.text import jats, pubmed, registry, xml
from countback.text.claim import Reading
from countback.text.reader import read

STANDARD_INPUT = Path("-")
LARGEST_FILE = 20_000_000
"""Bytes of a file: thousands of PubMed's records."""
LONGEST_TEXT = 500_000
"""Characters of one text: an article has some fifty thousand."""

_HTML = re.compile(r"\s*(?:<!doctype\s+html|<html\b)", re.IGNORECASE)
_TAGS = re.compile(r"</(?:p|div|span|td|tr|a|li|h[1-6]|body|script)>", re.IGNORECASE)
_MOST_TAGS = 3


def readings(file: Path) -> list[Reading]:
    """Read a file, or standard input where its name is ``-``.

    Parameters
    ----------
    file : pathlib.Path
        Plain text, PubMed's XML, an article as JATS XML, or a ClinicalTrials.gov record (version 2) as JSON.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, too large, or none of these.
    """
    where = "standard input" if file == STANDARD_INPUT else shown(file)
    text = _text(file, where)
    head = text.lstrip()[:1]
    if _HTML.match(text):
        raise InputError(f"{where}: a web page (HTML), not a text; copy the abstract's text into a file and read that")
    if head == "{":
        return registry.readings(_json(text, where), where)
    if head == "<":
        return _xml(text, where)
    return [_plain(text, where)]


def _text(file: Path, where: str) -> str:
    if file == STANDARD_INPUT:
        content = sys.stdin.buffer.read(LARGEST_FILE + 1)
        if len(content) > LARGEST_FILE:
            raise InputError(f"{where}: more than {LARGEST_FILE:,} bytes; read the texts in smaller files")
    else:
        content = read_bytes(file, LARGEST_FILE)
    if b"\0" in content and not content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{where}: not text (it holds NUL bytes); save the article as text or XML and read that")
    text = decoded(Path(where), content)
    if not text.strip():
        raise InputError(f"{where}: empty; there is nothing to read")
    return text


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = f", line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise InputError(f"{where}{line}: not valid JSON; save the record again") from None


def _xml(text: str, where: str) -> list[Reading]:
    root = xml.parse(text, where)
    if root.tag in ("PubmedArticleSet", "PubmedArticle"):
        found = pubmed.readings(root, where)
    elif root.tag == "article" or root.find(".//article") is not None:
        found = jats.readings(root, where)
    else:
        raise InputError(f"{where}: XML, but neither PubMed's nor JATS: its root is {root.tag[:40]!r}")
    if not found:
        raise InputError(f"{where}: XML without an article; there is nothing to read")
    for reading in found:
        _check_length(reading.text, where)
    return found


def _plain(text: str, where: str) -> Reading:
    _check_length(text, where)
    if len(_TAGS.findall(text)) > _MOST_TAGS:
        raise InputError(f"{where}: holds HTML tags; copy the abstract's text, without its markup, into the file")
    return read(text, where)


def _check_length(text: str, where: str) -> None:
    if len(text) > LONGEST_TEXT:
        raise InputError(f"{where}: {len(text):,} characters; a text has at most {LONGEST_TEXT:,}; split the file")
