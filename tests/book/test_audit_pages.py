"""The pages on attribution, on the tables and on the certificate, as the book shows them."""

import html
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
    assert "No single test prints all of the abstract’s 3 p-values" in text
    assert "these print 2 : Student t on 0/1 data, Welch t on 0/1 data" in text
    assert "the nephritis value by mid-p, one-sided (greater)" in text


def test_beyond_the_abstract(book):
    text = text_of(book, "beyond")
    assert "print 47 P values that compare counts" in text
    assert "Fisher’s exact test gives 37 of them, Pearson’s 7" in text
    assert "Of the 10 that neither gives, 5 are Fisher’s for totals one larger or smaller" in text
    assert "are percentages of 29 , but for the row on BILAG A or two B: its 3 percentages are of 30" in text
    assert "Fisher of 4/29 v 1/29" in text


def test_the_build_verifies_and_a_changed_one_does_not(own_book):
    made = command("countback", "verify", "_build", cwd=own_book)
    assert made.returncode == 0, made.stderr
    count = int(re.search(r"all (\d+) files", made.stdout)[1])
    assert f"This build made {count} files of results" in text_of(own_book, "certificate")
    file = own_book / "_build" / "countback" / "runs" / "audit" / "audit.csv"
    file.write_bytes(file.read_bytes() + b"x")
    assert command("countback", "verify", "_build", cwd=own_book).returncode == 1
