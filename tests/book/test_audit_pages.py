"""The pages on attribution, on the tables and on the manifest, as the book shows them."""

import html
import json
import re

import pytest

from books import command

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("book")]


def text_of(book, page):
    source = (book / "_build" / "html" / "chapters" / f"{page}.html").read_text(encoding="utf-8")
    article = source[source.index("<article") : source.index("</article>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", article)).split())


def test_attribution(book):
    text = text_of(book, "attribution")
    assert "no single test gives all of the abstract’s 3 p-values" in text
    assert "none gives more than 2" in text
    assert "the nephritis value from mid-p, one-sided (greater)" in text
    assert "which none gives as printed: none" in text


def test_beyond_the_abstract(book):
    text = text_of(book, "beyond")
    assert "agree with Fisher’s exact test: 37 of 47 , where 7 agree with Pearson’s" in text
    assert "Of the 10 P values that agree with no conventional test, 5 agree with Fisher’s for totals one" in text
    assert "are percentages of 29 , but for the row on BILAG A or two B: its 3 percentages are of 30" in text
    assert "Fisher of 4/29 v 1/29" in text


def test_the_build_verifies_and_a_changed_one_does_not(own_book):
    made = command("countback", "verify", "_build", cwd=own_book)
    assert made.returncode == 0, made.stderr
    assert re.search(r"all \d+ files", made.stdout)
    page = json.loads((own_book / "_build/countback/manifest/result.json").read_text(encoding="utf-8"))
    count = len(page["tables"]["manifest"]["rows"])
    assert f"This build made {count} files of results" in text_of(own_book, "manifest")
    file = own_book / "_build" / "countback" / "runs" / "audit" / "audit.csv"
    file.write_bytes(file.read_bytes() + b"x")
    assert command("countback", "verify", "_build", cwd=own_book).returncode == 1
