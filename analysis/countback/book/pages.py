"""What every page of the HTML carries besides its text: how to cite it, and corrections of the theme.

All of it is text in, text out. The corrections are made where the theme, docutils and the bibliography write what
screen readers, keyboards or browsers opening a file cannot use.
"""

from __future__ import annotations

import json
import re
from html import escape, unescape
from typing import Any

from countback.deposit.citation import LICENCE, Work
from countback.deposit.stamp import Stamp


def head(report: Work, article: Work | None, stamp: Stamp, page: str, pdf: str) -> str:
    """Write the metadata that reference managers and search engines read, as HTML for the head.

    Parameters
    ----------
    report : Work
    article : Work or None
        What the report is about.
    stamp : Stamp
    page : str
        The page's own title.
    pdf : str
        Where the PDF is, from the page.
    """
    day = f"{stamp.moment:%Y/%m/%d}"
    pairs = [
        ("citation_title", report.title),
        *[("citation_author", name) for name in report.authors],
        ("citation_publication_date", day),
        ("citation_online_date", day),
        ("citation_language", "en"),
        ("citation_keywords", "; ".join(report.keywords)),
        ("citation_technical_report_number", stamp.version),
        ("citation_pdf_url", pdf),
        ("DC.title", f"{page}. {report.title}" if page else report.title),
        *[("DC.creator", name) for name in report.authors],
        ("DC.date", f"{stamp.moment:%Y-%m-%d}"),
        ("DC.type", "Text"),
        ("DC.format", "text/html"),
        ("DC.language", "en"),
        ("DC.rights", LICENCE),
        ("DC.identifier", f"countback {stamp.line}"),
        *[("DC.subject", word) for word in report.keywords],
    ]
    if report.doi:
        pairs.append(("citation_doi", report.doi))
    if article and article.doi:
        pairs.append(("DC.source", f"https://doi.org/{article.doi}"))
    metas = "\n".join(f'<meta name="{name}" content="{escape(value)}" />' for name, value in pairs if value)
    data = json.dumps(linked(report, article, stamp), ensure_ascii=False, indent=1).replace("<", "\\u003c")
    return f'{metas}\n<script type="application/ld+json">{data}</script>\n'


def linked(report: Work, article: Work | None, stamp: Stamp) -> dict[str, Any]:
    """Describe the report, its data and its code in the words of schema.org."""
    authors = [{"@type": "Organization", "name": name} for name in report.authors]
    shared = {"author": authors, "version": stamp.version, "dateModified": f"{stamp.moment:%Y-%m-%d}"}
    place = f"https://doi.org/{article.doi}" if article and article.doi else None
    about = {
        "@type": "ScholarlyArticle",
        "name": article.title,
        "author": [{"@type": "Person", "name": name} for name in article.authors if name != "et al"],
        "isPartOf": {"@type": "Periodical", "name": article.journal},
        "datePublished": article.year,
        **({"identifier": place, "sameAs": place} if place else {}),
    } if article else None  # fmt: skip
    data = {
        "@type": "Dataset",
        "@id": "#data",
        "name": "What the article prints, and the counts behind it",
        "description": "Events of total by endpoint, week and arm, and every printed number as an exact string.",
        "identifier": f"sha256:{stamp.data}",
        "license": LICENCE,
        **shared,
    }
    code = {
        "@type": "SoftwareSourceCode",
        "@id": "#code",
        "name": "countback",
        "programmingLanguage": "Python",
        "license": "https://spdx.org/licenses/MIT",
        **({"identifier": stamp.commit} if stamp.commit else {}),
        **shared,
    }
    text = {
        "@type": "ScholarlyArticle",
        "@id": "#report",
        "name": report.title,
        "headline": report.title,
        "inLanguage": "en",
        "license": LICENCE,
        "keywords": list(report.keywords),
        "hasPart": [{"@id": "#data"}, {"@id": "#code"}],
        **({"isBasedOn": about} if about else {}),
        **shared,
    }
    return {"@context": "https://schema.org", "@graph": [text, data, code]}


_DROPPED = (
    r'[ \t]*<link rel="preload" as="font"[^>]*>\n?',  # opened as files, browsers refuse it with an error
    r'<meta name="viewport" content="width=device-width, initial-scale=1(?:\.0)?" ?/>(?=.*<meta name="viewport")',
    r' role="doc-biblioentry"',  # has no meaning any more, and none outside a list
    r'(?<=<div) role="list"(?= class="citation-list")',
)

_CHANGED = (
    # the logo for dark pages, which the theme writes by a script that depends on the page's depth
    (r'<script>document\.write\(`(<img src="[^"`]*" class="logo__image only-dark"[^`>]*>)`\);</script>', r"\1"),
    # a name that holds the words one sees
    (r'(<button class="btn search-button-field[^>]*?) aria-label="Search"', r"\1"),
    (r'<summary aria-label="Toggle hidden content">', "<summary>"),
    # what is beside the text belongs to a landmark
    (
        r'<div class="bd-sidebar-primary bd-sidebar">',
        '<div class="bd-sidebar-primary bd-sidebar" role="complementary" aria-label="Contents of the report">',
    ),
    # headings of columns and rows
    (r'<th class="(head(?! stub)[^"]*)">', r'<th scope="col" class="\1">'),
    (r'<th class="(head stub[^"]*|stub[^"]*)">', r'<th scope="row" class="\1">'),
    # what scrolls sideways can be reached without a mouse
    (
        r'<div class="(pst-scrollable-table-container|output text_html)">',
        r'<div class="\1" tabindex="0" role="group" aria-label="Table">',
    ),
)

_MARK = '<meta http-equiv="Content-Security-Policy"'


_TABLE = re.compile(r'<table [^>]*class="[^"]*\bcountback\b[^"]*".*?</table>', re.DOTALL)


def labelled(table: str) -> str:
    """Table whose cells name their columns, so that a narrow window can show each row as a list."""
    head, body, rows = table.partition("<tbody>")
    names = [unescape(re.sub(r"<[^>]+>", "", name)).strip() for name in re.findall(r"<th\b.*?</th>", head, re.DOTALL)]

    def row(found: re.Match[str]) -> str:
        left = iter(names)
        return re.sub(r"<td(?! data-label)", lambda _: f'<td data-label="{escape(next(left, ""))}"', found[0])

    return head + body + re.sub(r"<tr\b.*?</tr>", row, rows, flags=re.DOTALL)


def mend(text: str) -> str:
    """Mend a page as the theme wrote it; mending twice changes nothing more."""
    text = _TABLE.sub(lambda table: labelled(table[0]), text)
    for pattern in _DROPPED:
        text = re.sub(pattern, "", text, flags=re.DOTALL)
    for pattern, instead in _CHANGED:
        text = re.sub(pattern, instead, text)
    return text


def with_policy(text: str, policy: str) -> str:
    """Put a policy first into the head of a page, in place of any that is there."""
    text = re.sub(rf"[ \t]*{_MARK}[^>]*>\n?", "", text)
    meta = f'    {_MARK} content="{policy}" />\n'
    return re.sub(r"([ \t]*<meta charset=[^>]*>\n?)", lambda m: m[1].rstrip("\n") + "\n" + meta, text, count=1)
