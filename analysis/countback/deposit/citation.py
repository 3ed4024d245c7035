"""How to cite: the report and the article it is about, in the forms that reference managers read."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from countback.errors import InputError
from countback.files import shown
from countback.project import PLAN
from countback.trial.folder import load as load_trial

FILE = "CITATION.cff"
PDF = "countback.pdf"
"""The report's file for download, beside the pages."""

LICENCE = "https://creativecommons.org/licenses/by/4.0/"


@dataclass(frozen=True)
class Work:
    """Something that can be cited.

    Attributes
    ----------
    key : str
        For BibTeX and CSL.
    title : str
    authors : tuple of str
        ``Family Initials`` each; a group by its name; ``et al`` where more are left out.
    date : str
        The year, or the day as ``2026-03-05``.
    journal, volume, pages, doi, version : str
        Empty where there is none.
    keywords : tuple of str
    """

    key: str
    title: str
    authors: tuple[str, ...]
    date: str
    journal: str = ""
    volume: str = ""
    pages: str = ""
    doi: str = ""
    version: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def year(self) -> str:
        """The year alone."""
        return self.date[:4]

    @property
    def text(self) -> str:
        """The citation in plain words."""
        names = ", ".join(self.authors)
        title = self.title.rstrip(".")
        if self.journal:
            place = f"{self.journal} {self.year}" + (f";{self.volume}" if self.volume else "")
            place += f":{self.pages}" if self.pages else ""
        else:
            place = f"Version {self.version}, {self.year}"
        return f"{names}. {title}. {place}." + (f" doi:{self.doi}" if self.doi else "")

    @property
    def bibtex(self) -> str:
        """A BibTeX entry."""
        fields = {
            "author": " and ".join("others" if a == "et al" else _bibtex_name(a) for a in self.authors),
            "title": f"{{{_tex(self.title)}}}",
            "journal": _tex(self.journal),
            "volume": self.volume,
            "pages": self.pages.replace("-", "--"),
            "year": self.year,
            "version": self.version,
            "doi": self.doi,
        }
        kind = "article" if self.journal else "misc"
        lines = [f"  {name} = {{{value}}}" for name, value in fields.items() if value]
        return f"@{kind}{{{self.key},\n" + ",\n".join(lines) + "\n}"

    @property
    def ris(self) -> str:
        """An RIS record."""
        first, _, last = self.pages.partition("-")
        rows = [("TY", "JOUR" if self.journal else "RPRT")]
        rows += [("AU", _inverted(a)) for a in self.authors if a != "et al"]
        rows += [
            ("TI", self.title), ("JO", self.journal), ("VL", self.volume), ("SP", first), ("EP", last),
            ("PY", self.year), ("ET", self.version), ("DO", self.doi),
        ]  # fmt: skip
        rows += [("KW", word) for word in self.keywords]
        return "\n".join(f"{tag}  - {value}" for tag, value in rows if value) + "\nER  - "

    @property
    def csl(self) -> str:
        """A CSL-JSON item."""
        item: dict[str, Any] = {
            "id": self.key,
            "type": "article-journal" if self.journal else "report",
            "title": self.title,
            "author": [_csl_name(a) for a in self.authors if a != "et al"],
            "issued": {"date-parts": [[int(part) for part in self.date.split("-")]]},
        }
        named = {
            "container-title": self.journal, "volume": self.volume, "page": self.pages, "DOI": self.doi,
            "version": self.version, "keyword": ", ".join(self.keywords),
        }  # fmt: skip
        item |= {name: value for name, value in named.items() if value}
        text = json.dumps([item], indent=2, ensure_ascii=False)
        return re.sub(r"\[\s*\[\s*([\d,\s]+?)\s*\]\s*\]", lambda m: f"[[{' '.join(m[1].split())}]]", text)


FORMS = {"text": "text", "bibtex": "bibtex", "ris": "ris", "csl": "csl"}
"""What a work can be written as."""


def load(root: Path) -> tuple[Work, Work | None]:
    """Read how to cite the report (``CITATION.cff``) and the article.

    Parameters
    ----------
    root : pathlib.Path

    Returns
    -------
    report : Work
    article : Work or None
        None for a project that runs no trial.

    Raises
    ------
    InputError
        If ``CITATION.cff`` is missing or incomplete.
    """
    path = root / FILE
    try:
        cff = yaml.safe_load(path.read_text(encoding="utf-8"))
        report = Work(
            key=f"countback{str(cff['date-released'])[:4]}",
            title=cff["title"],
            authors=tuple(_cff_name(author) for author in cff["authors"]),
            date=str(cff["date-released"]),
            version=str(cff["version"]),
            doi=str(cff.get("doi", "")),
            keywords=tuple(cff.get("keywords", ())),
        )
    except OSError:
        raise InputError(
            f"{shown(path)}: is missing; write the report's title, authors and date of release there"
        ) from None
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        reason = (
            f"key {error} is missing; add it"
            if isinstance(error, KeyError)
            else "is not a citation file; write it as https://citation-file-format.github.io describes"
        )
        raise InputError(f"{shown(path)}: {reason}") from None
    return report, _article(root)


def _article(root: Path) -> Work | None:
    try:
        folder = yaml.safe_load((root / PLAN).read_text(encoding="utf-8"))["parameters"]["trial"]
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return None
    design = load_trial(root / folder).design
    cited = design.citation
    return Work(
        key=design.id,
        title=cited.title,
        authors=tuple(name.strip().rstrip(".") for name in cited.authors.rstrip(".").split(",")),
        date=str(cited.year),
        journal=cited.journal,
        volume=cited.volume or "",
        pages=cited.pages or "",
        doi=cited.doi or "",
    )


def _cff_name(author: Any) -> str:
    return author["name"] if "name" in author else f"{author['family-names']} {author['given-names']}"


def _parts(name: str) -> tuple[str, str] | None:
    """Part ``He J`` into family name and initials; None for a group."""
    match = re.fullmatch(r"(.+) ([A-Z]{1,4})", name)
    return (match[1], match[2]) if match else None


def _inverted(name: str) -> str:
    parts = _parts(name)
    return ", ".join(parts) if parts else name


def _bibtex_name(name: str) -> str:
    parts = _parts(name)
    return ", ".join(_tex(part) for part in parts) if parts else f"{{{_tex(name)}}}"


def _csl_name(name: str) -> dict[str, str]:
    parts = _parts(name)
    return {"family": parts[0], "given": parts[1]} if parts else {"literal": name}


def _tex(text: str) -> str:
    return re.sub(r"([&%$#_{}])", r"\\\1", text)
