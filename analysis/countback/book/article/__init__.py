"""The report as one article: a page of HTML in, and a PDF, a Word file or JATS XML out.

pandoc reads the HTML into its own tree, which is put in order here and then written three times: as Typst, which
becomes a tagged PDF, as Word, and as JATS. So every form holds the same words and numbers. Nothing needs to be
installed but the packages in ``requirements.txt``, nothing is fetched, and the same input gives the same bytes.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from countback.book.article.jats import jats_bytes
from countback.book.article.pdf import TEMPLATE, pdf_bytes, showable
from countback.book.article.tree import Article, ArticleError, read, text_of
from countback.book.article.word import docx_bytes
from countback.deposit.citation import PDF
from countback.files import write

__all__ = ["FORMS", "TEMPLATE", "Article", "ArticleError", "make", "read", "text_of"]

FORMS = {"pdf": PDF, "docx": "countback.docx", "jats": "countback.xml"}
"""Each form with the name of its file."""


def make(article: Article, form: str, out: Path) -> None:
    """Write one form of the article.

    Parameters
    ----------
    article : Article
    form : {"pdf", "docx", "jats"}
    out : pathlib.Path
        The file. Whatever is there is removed first, so that a failure leaves nothing out of date.

    Raises
    ------
    ArticleError
        If pandoc or Typst refuse; nothing is left at `out`.
    """
    out.unlink(missing_ok=True)
    with tempfile.TemporaryDirectory(prefix="countback-") as scratch:
        place = Path(scratch)
        if form == "pdf":
            article = showable(article, place)
        tree = read(article.html)
        for name, path in article.images.items():
            shutil.copyfile(path, place / name)
        data = {"pdf": pdf_bytes, "docx": docx_bytes, "jats": jats_bytes}[form](article, tree, place)
        if not data:
            raise ArticleError(f"{form}: nothing was written; build again, and report it if it happens again")
        write(out, data)
        if form == "jats":
            for name in article.images:
                write(out.parent / name, (place / name).read_bytes())
