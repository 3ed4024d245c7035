"""The methods page: every procedure of the catalogue, as pages and the command line list it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from countback.book.problems import missing_result
from countback.book.results import results
from countback.book.trails import note_use, run_link
from countback.procedures import Procedure, catalogue
from countback.show.tables import display

HEADINGS = {
    "test": "Tests",
    "effect": "Effects",
    "interval": "Intervals",
    "index": "Indices",
    "stratified test": "Several strata: tests",
    "stratified effect": "Several strata: effects",
    "stratified interval": "Several strata: intervals",
    "summary": "From printed summaries",
}
"""Each kind of procedure and its heading, in the order of the page."""


def groups() -> dict[str, list[list[Procedure]]]:
    """Catalogue by kind; a test and its one-sided forms are grouped, the two-sided one first."""
    found: dict[str, dict[str, list[Procedure]]] = {kind: {} for kind in HEADINGS}
    for procedure in catalogue.values():
        stem = procedure.key.removesuffix("_less").removesuffix("_greater")
        if procedure.sides in ("less", "greater") and f"{stem}_2s" in catalogue:
            stem = f"{stem}_2s"
        found[procedure.kind].setdefault(stem, []).append(procedure)
    return {kind: list(members.values()) for kind, members in found.items() if members}


def shown(kind: str, value: Any) -> str:
    """Write a procedure's value for reading."""
    if isinstance(value, dict):
        return f"{display(value['lower'], '.3f')} to {display(value['upper'], '.3f')}"
    return display(value, {"test": "p4", "index": ".3g"}.get(kind, ".3f"))


class Methods(SphinxDirective):
    """``{methods}``: every procedure with its formula, reference, agreement and values.

    The arguments are the runs whose ``all_values`` are shown; ``:names:`` heads their columns, separated by
    semicolons.
    """

    required_arguments = 1
    optional_arguments = 20
    option_spec = {"names": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """Set one section per kind, one entry per procedure."""
        names = [name.strip() for name in self.options["names"].split(";")]
        try:
            values = [results(self.env).values(run)["all_values"] for run in self.arguments]
        except LookupError as error:
            return [missing_result(self.env, self.lineno, f"{{methods}} {' '.join(self.arguments)}", error)]
        for run in self.arguments:
            note_use(self.env, run)
            self.env.note_dependency(str(results(self.env).path(run, "result.json")))
        sections: list[nodes.Node] = []
        for kind, members in groups().items():
            heading = HEADINGS[kind]
            section = nodes.section("", nodes.title("", heading), ids=[nodes.make_id(heading)], names=[heading])
            for group in members:
                section += self._entry(group, names, values)
            sections.append(section)
        return sections

    def _entry(self, group: Sequence[Procedure], names: Sequence[str], values: Sequence[Any]) -> nodes.section:
        first = group[0]
        section = nodes.section("", nodes.title("", first.name), ids=[nodes.make_id(f"procedure-{first.key}")])
        section["names"], section["classes"] = section["ids"], ["procedure"]
        section += nodes.paragraph("", "", nodes.Text(first.summary))
        section += self._equation(first)
        reference = nodes.paragraph("", "", nodes.Text(first.reference))
        if first.doi:
            link = nodes.reference("", f"doi:{first.doi}", refuri=f"https://doi.org/{first.doi}", internal=False)
            reference += [nodes.Text(". "), link]
        reference += nodes.Text(f". Agrees with {first.agrees_with}.")
        section += reference
        if first.key in values[0]:
            section += self._values(group, names, values)
        else:
            section += nodes.paragraph("", "", nodes.Text("Key: "), nodes.literal("", first.key))
        return section

    def _equation(self, procedure: Procedure) -> nodes.math_block:
        """Set a formula, with a number and a place of its own, as the math directive does."""
        label = procedure.key
        equation = nodes.math_block(
            procedure.formula, procedure.formula, nowrap=False, label=label, docname=self.env.docname,
            ids=[nodes.make_id(f"equation-{label}")],
        )  # fmt: skip
        numbers: Any = self.env.get_domain("math")
        numbers.note_equation(self.env.docname, label, location=equation)
        equation["number"] = numbers.get_equation_number_for(label)
        return equation

    def _values(self, group: Sequence[Procedure], names: Sequence[str], values: Sequence[Any]) -> nodes.table:
        links = (run_link("", name, run=run) for name, run in zip(names, self.arguments, strict=True))
        head = nodes.row("", _cell(nodes.Text("key")), *map(_cell, links))
        rows = [
            nodes.row(
                "",
                _cell(nodes.literal("", p.key)),
                *(_cell(nodes.Text(shown(p.kind, found[p.key])), number=True) for found in values),
            )
            for p in group
        ]
        columns = [nodes.colspec(colwidth=width) for width in (4, *(2 for _ in names))]
        table = nodes.tgroup("", *columns, nodes.thead("", head), nodes.tbody("", *rows), cols=len(columns))
        return nodes.table("", table, classes=["countback", "colwidths-auto"], align="left")


def _cell(content: nodes.Node, number: bool = False) -> nodes.entry:
    return nodes.entry("", nodes.paragraph("", "", content), classes=["number"] if number else [])
