"""What the article is in Word and in JATS: its blocks in words alone, and its metadata."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from countback.book.article.tree import Article, Node, parted, split, string, title_of, walk


def titled(tree: Node, article: Article) -> list[Node]:
    """Blocks without title and abstract (the metadata has them) and with the stamp at the end."""
    front, chapters = split(tree["blocks"])
    _, front = title_of(front, article.title)
    front = [block for block in front if not _is_answer(block)]
    stamp = {"t": "Para", "c": [{"t": "Emph", "c": [string(article.stamp.line)]}]}
    return [*front, *[block for chapter in chapters for block in _opened(chapter)], stamp]


def _is_answer(block: Node) -> bool:
    """Whether a block of the front page is the report's answer in short."""
    return block["t"] == "Div" and "answer" in block["c"][0][1]


def _opened(chapter: Node) -> list[Node]:
    """Put a chapter's own ``id`` on its heading and leave out what held it."""
    (identifier, _, _), blocks = chapter["c"]
    return _anchored(identifier, blocks)


def _anchored(identifier: str, blocks: list[Node]) -> list[Node]:
    """Put an ``id`` on the first of some blocks that can carry it."""
    if not identifier:
        return blocks
    anchor = {"t": "Span", "c": [[identifier, [], []], []]}
    out, done = [], False
    for block in blocks:
        put = block
        if not done and block["t"] in ("Para", "Plain"):
            put, done = {"t": block["t"], "c": [anchor, *block["c"]]}, True
        elif not done and block["t"] == "Header":
            level, attributes, words = block["c"]
            put, done = {"t": "Header", "c": [level, attributes, [anchor, *words]]}, True
        out.append(put)
    return out


def in_words(node: Node) -> list[Node] | None:
    """Put into words what the PDF shows by colour, shape and place."""
    match node:
        case {"t": "Span", "c": [[_, [*classes], _], inner]} if "claim" in classes:
            number, mark = parted(inner)
            space = [{"t": "Space"}] if number else []
            return [{"t": "Strong", "c": number}, *space, string("["), *mark, string("]")]
        case {"t": "Span", "c": [[_, ["caption-number", *_], _], inner]}:
            return [{"t": "Strong", "c": inner}]
        case {"t": "Span", "c": [[identifier, _, _], inner]}:
            words: list[Node] = walk(inner, in_words)
            return [{"t": "Span", "c": [[identifier, [], []], words]}] if identifier else words
        case {"t": "Div", "c": [[_, classes, pairs], inner]} if "equation" in classes:
            counted = dict(pairs).get("number")
            shown = [string(f"({counted})")] if counted else []
            return [*walk(inner, in_words), *([{"t": "Para", "c": shown}] if shown else [])]
        case {"t": "Div", "c": [[identifier, *_], inner]}:
            return _anchored(identifier, walk(inner, in_words))
    return None


def metadata(article: Article, tree: Node) -> dict[str, Any]:
    """Title, authors, date, abstract and licence as pandoc takes them."""
    front = split(tree["blocks"])[0]
    title, _ = title_of(front, article.title)
    abstract = [walk(block["c"][1], in_words) for block in front if _is_answer(block)]
    stamp = article.stamp

    def text(value: str) -> Node:
        return {"t": "MetaInlines", "c": [string(value)]}

    def many(values: Iterable[Node]) -> Node:
        return {"t": "MetaList", "c": list(values)}

    def group(values: Mapping[str, Node]) -> Node:
        return {"t": "MetaMap", "c": dict(values)}

    moment = stamp.moment
    return {
        "title": text(title),
        "author": many(text(name) for name in article.authors),
        "date": text(f"{moment:%Y-%m-%d}"),
        "abstract": {"t": "MetaBlocks", "c": [block for blocks in abstract for block in blocks]},
        "journal": group({"title": text("Countback"), "publisher-name": text(", ".join(article.authors))}),
        "keywords": many(text(word) for word in article.keywords),
        "tags": many(text(word) for word in article.keywords),
        "lang": text("en-GB"),
        "subject": text(stamp.line),
        "description": text(stamp.line),
        "license": group({"text": text("CC BY 4.0"), "link": text("https://creativecommons.org/licenses/by/4.0/")}),
    }
