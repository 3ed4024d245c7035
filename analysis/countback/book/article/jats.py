"""The article as JATS XML, the form of journals' archives."""

from __future__ import annotations

import json
import re
from pathlib import Path

from countback.book.article.plain import in_words, metadata, titled
from countback.book.article.tree import Article, Node, pandoc, walk


def jats_bytes(article: Article, tree: Node, place: Path) -> bytes:
    """Write the article as JATS XML, which names the images beside it."""
    blocks = walk(titled(tree, article), in_words)
    xml = pandoc(
        json.dumps(tree | {"blocks": blocks, "meta": metadata(article, tree)}),
        "-f", "json", "-t", "jats_archiving", "--standalone", "--wrap=none", epoch=article.stamp.epoch,
    )  # fmt: skip
    label = re.compile(r"<caption>\s*<p>\s*<bold>((?:Fig\.|Table) [^<]+?)\s*</bold>\s*")
    xml = label.sub(lambda m: f"<label>{m[1]}</label><caption><p>", xml)
    numbered = re.compile(r"<disp-formula>((?:(?!</disp-formula>).)*</disp-formula></p>)\s*<p>(\(\d+\))</p>", re.DOTALL)
    xml = numbered.sub(lambda m: f"<disp-formula><label>{m[2]}</label>{m[1]}", xml)
    # pandoc writes a slash that grows (\\Big/) as a name, which cannot grow: it is an operator
    xml = re.sub(r"<mml:mi ([^>]*stretchy[^>]*)>([^<]*)</mml:mi>", r"<mml:mo \1>\2</mml:mo>", xml)
    return xml.encode()
