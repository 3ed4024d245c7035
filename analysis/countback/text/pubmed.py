"""PubMed's XML: the abstracts of one record or of many."""

from __future__ import annotations

from countback.text.claim import Reading
from countback.text.reader import read
from countback.text.xml import Element, flat


def abstract(article: Element) -> str:
    """Title and abstract of a record, its sections with their labels."""
    title = article.find(".//ArticleTitle")
    parts = [flat(title)] if title is not None else []
    for section in article.iterfind(".//Abstract/AbstractText"):
        label = section.get("Label")
        parts.append(f"{label} : {flat(section)}" if label else flat(section))
    return "\n\n".join(part for part in parts if part)


def readings(root: Element, source: str) -> list[Reading]:
    """Read every record of a PubMed file.

    Parameters
    ----------
    root : Element
    source : str
        Name of the file; the source of each claim is this with the record's PMID.
    """
    articles = [root] if root.tag == "PubmedArticle" else list(root.iter("PubmedArticle"))
    return [
        read(abstract(article), f"{source}#{article.findtext('.//PMID') or n}") for n, article in enumerate(articles)
    ]
