"""The Content-Security-Policy of a page: what it may load, and which scripts in its text may run.

Only scripts that the theme, the extensions and this project are known to bring may run. Being on a page is
never taken as a licence: a script that came in with data is not among them.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterable
from html import unescape
from typing import Any

__all__ = ["THEME", "digest", "handlers", "policy", "scripts", "unknown"]

RULES = (
    "default-src 'none'; script-src 'self'{allowed}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; connect-src 'self'; manifest-src 'none'; object-src 'none'; frame-src 'none'; "
    "worker-src {workers}; base-uri 'none'; form-action 'self'"
)
"""Nothing from anywhere else, and no script but the known. Styles may be in the text: formulas bring theirs."""

THEME = frozenset({
    "sha256-CwxGwBNq43r+avVj22VuUvUW3ythjBLrkEBVnjGiWSI=",
    "sha256-LF96sWcXccMzvAMeWDn9wNCYHg+MmQlOUvamZq9ACqY=",
    "sha256-MguIPR6qNR8D3B+eAlK+bIRTZe8t3wkOY4B/56Me9FU=",
    "sha256-R73jpNA1z3d++kBS/9+ExNS6PK1r9URKbjJAd+DUO98=",
    "sha256-VwzZ5SOy5UAXcNOSG7d3gmH7pMYCtE8xHYlRiqNvhzI=",
    "sha256-mNyD6WQ4vKGmtbf2Mk6RMjMo7k6Ib4wzc6b1fvYgVHE=",
    "sha256-ymVQCFLrz1wZEVyK7Hz4xFmKL+n6/my1jt/wFORn88g=",
})  # fmt: skip
"""Digests of the scripts in the templates of sphinx-book-theme 1.1.4 and pydata-sphinx-theme 0.15.4, taken from pages
that show no data: light and dark, three forms of the search button, the search page; full screen and print."""


EXPLORER = '_static/explorer.js" defer></script>'
"""What only a page with the explorer contains: it works out in the background what takes longer."""

_SCRIPT = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/ld\+json|text/)[^>]*)[^>]*>(.*?)</script>", re.DOTALL
)


def policy(text: str, page: str, brought: Iterable[str] = ()) -> str:
    """Policy of a page.

    Parameters
    ----------
    text : str
        The page as HTML: of the known scripts, those that it contains are named.
    page : str
        Its name, such as ``chapters/audit``.
    brought : iterable of str
        Scripts that extensions and configuration bring.
    """
    known = _known(page, brought)
    used = [digest(script) for script in scripts(text)]
    handled = [digest(script) for script in handlers(text)]
    allowed = "".join(f" '{one}'" for one in dict.fromkeys([*used, *handled]) if one in known)
    if any(one in known for one in handled):
        allowed = " 'unsafe-hashes'" + allowed
    workers = "blob:" if EXPLORER in text else "'none'"
    return RULES.format(allowed=allowed, workers=workers)


def unknown(text: str, page: str, brought: Iterable[str] = ()) -> list[str]:
    """Scripts of a page that its policy does not let run."""
    known = _known(page, brought)
    return [script for script in [*scripts(text), *handlers(text)] if digest(script) not in known]


def from_extensions(files: Iterable[tuple[str | None, dict[str, Any]]], mathjax: Any) -> list[str]:
    """Scripts that extensions put on every page, and the settings of MathJax.

    Parameters
    ----------
    files : iterable of (str or None, dict)
        Sphinx's register of scripts; ``body`` has those without a file.
    mathjax : object
        The configuration ``mathjax3_config``.
    """
    return [*(str(options["body"]) for _, options in files if options.get("body")),
            *([f"window.MathJax = {json.dumps(mathjax)}"] if mathjax else [])]  # fmt: skip


def scripts(text: str) -> list[str]:
    """Scripts in the text of a page."""
    return re.findall(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/ld\+json|text/)[^>]*)[^>]*>(.*?)</script>",
        text,
        re.DOTALL,
    )


def handlers(text: str) -> list[str]:
    """Scripts in attributes, such as ``onclick``."""
    return [unescape(handler) for handler in re.findall(r'<[^<>]*?\son[a-z]+="([^"]*)"', text)]


def digest(script: str) -> str:
    """Digest of a script as a policy writes it."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _known(page: str, brought: Iterable[str]) -> set[str]:
    own = [f"DOCUMENTATION_OPTIONS.pagename = '{page}';"] if re.fullmatch(r"[\w./ -]+", page) else []
    return {*THEME, *(digest(script) for script in [*own, *brought])}
