"""The article as the plain HTML that pandoc reads."""

from __future__ import annotations

from docutils import nodes
from sphinx.writers.html5 import HTML5Translator


class ArticleTranslator(HTML5Translator):
    """Write the body as plain HTML that pandoc reads: no scripts, no styles, no marks of the screen."""

    def _numbers(self, kind: str) -> dict[str, str]:
        """Numbers that figures, tables or equations of the chapter have on screen, by their ``id``."""
        found = self.builder.env.toc_fignumbers.get(self.docnames[-1], {}).get(kind, {})
        return {identifier: ".".join(map(str, number)) for identifier, number in found.items()}

    def add_fignumber(self, node: nodes.Element) -> None:
        """Set the numbers that figures and tables have on screen."""
        figtype = self.builder.env.domains["std"].get_enumerable_node_type(node) or ""
        numbers = self._numbers(figtype)
        for identifier in (name.removeprefix(f"{chapter_id(self.docnames[-1])}-") for name in node["ids"]):
            if identifier in numbers:
                words = self.config.numfig_format[figtype] % numbers[identifier]
                self.body.append(f'<span class="caption-number">{words} </span>')
                return

    def visit_start_of_file(self, node: nodes.Element) -> None:
        """Open a chapter."""
        self.docnames.append(node["docname"])
        self.body.append(f'<div class="chapter" id="{chapter_id(node["docname"])}">')

    def depart_start_of_file(self, node: nodes.Element) -> None:
        """Close a chapter."""
        self.docnames.pop()
        self.body.append("</div>\n")

    def visit_title(self, node: nodes.Element) -> None:
        """Set the title of a note in bold."""
        super().visit_title(node)
        if isinstance(node.parent, nodes.Admonition):
            self.body.append("<strong>")
            self.context[-1] = f"</strong>{self.context[-1]}"

    def visit_literal_block(self, node: nodes.Element) -> None:
        """Set code as it is."""
        self.body.append(f"<pre><code>{self.encode(node.astext())}</code></pre>\n")
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.Element) -> None:
        """Set code as it is."""
        self.body.append(f"<code>{self.encode(node.astext())}</code>")
        raise nodes.SkipNode

    def visit_image(self, node: nodes.Element) -> None:
        """Set an image under the name that the builder gave it."""
        self.body.append(self.emptytag(node, "img", src=node["uri"], alt=node.get("alt", ""), width="100%"))

    def depart_image(self, node: nodes.Element) -> None:
        """Nothing to close."""

    def visit_math(self, node: nodes.Element, math_env: str = "") -> None:
        """Leave a formula as TeX."""
        self.body.append(f'<span class="math">\\({self.encode(node.astext())}\\)</span>')
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.Element, math_env: str = "") -> None:
        """Leave an equation as TeX, with its number beside it."""
        identifier = next(iter(node["ids"]), "")
        number = self._numbers("displaymath").get(identifier, "")
        ids = {"ids": [identifier] if identifier else []}
        self.body.append(self.starttag(ids, "div", CLASS="equation", **({"data-number": number} if number else {})))
        self.body.append(f"<p>\\[{self.encode(node.astext())}\\]</p></div>\n")
        raise nodes.SkipNode

    def visit_entry(self, node: nodes.Element) -> None:
        """Set numbers flush right."""
        super().visit_entry(node)
        if "number" in node.get("classes", []):
            self.body[-1] = self.body[-1].replace(">", ' style="text-align: right">', 1)

    def visit_label(self, node: nodes.Element) -> None:
        """Leave out the labels of references: the text names authors and years."""
        raise nodes.SkipNode

    def visit_citation(self, node: nodes.Element) -> None:
        """Open a reference."""
        self.body.append(self.starttag(node, "div", CLASS="citation"))

    def depart_citation(self, node: nodes.Element) -> None:
        """Close a reference."""
        self.body.append("</div>\n")


def chapter_id(docname: str) -> str:
    """Name of a chapter's place in the article."""
    return f"document-{nodes.make_id(docname)}"
