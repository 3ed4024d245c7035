"""What a build has written: pages edited or added by hand do not survive the next build."""

from __future__ import annotations

import json
from pathlib import Path

from sphinx.application import Sphinx

from countback.book.club import explorer
from countback.deposit import manifest
from countback.files import as_json, write
from countback.project import file_digest

RECORD = "written.json"
_OWN = ("genindex", "search", "404", explorer.PAGE.removesuffix(".html"))
"""Pages that have no source."""
_NOT_COMPARED = (".buildinfo",)


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file below a folder, by its path from there."""
    return {
        path.relative_to(folder).as_posix(): file_digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in _NOT_COMPARED
    }


def drop_edited(app: Sphinx) -> None:
    """Remove what is not as the last build wrote it: an edited page alone, all pages where another file was edited."""
    record, out = Path(app.doctreedir) / RECORD, Path(app.outdir)
    if app.builder.name != "html" or not record.is_file():
        return
    stated = _stated(record)
    found = digests(out)
    spoilt = {name for name in {*stated, *found} if stated.get(name) != found.get(name)}
    if any(name in stated and not name.endswith(".html") for name in spoilt):  # who copies it is not known: write all
        spoilt |= {name for name in found if name.endswith(".html")}
    for name in spoilt:
        (out / name).unlink(missing_ok=True)


def _stated(record: Path) -> dict[str, str]:
    """Digests of the last build; none where the record is damaged, so that all is written anew."""
    try:
        stated = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {str(name): str(digest) for name, digest in stated.items()} if isinstance(stated, dict) else {}


def keep_digests(app: Sphinx, exception: Exception | None) -> None:
    """Remove pages whose source is gone, and keep the digests of what is written."""
    if exception is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for path in sorted(out.rglob("*.html")):
        page = path.relative_to(out).with_suffix("").as_posix()
        if "_static" not in path.parts and page not in app.env.all_docs and page not in _OWN:
            path.unlink()
            for source in (out / "_sources").glob(f"{page}.*"):
                source.unlink()
    found = digests(out)
    write(Path(app.doctreedir) / RECORD, as_json(found))
    manifest_of(app, found)


def manifest_of(app: Sphinx, found: dict[str, str]) -> None:
    """State the files of the report in the manifest of the build."""
    manifest.add_report(Path(app.outdir).parent, Path(app.outdir).name, found)
