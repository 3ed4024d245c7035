"""How to cite: the forms are what reference managers read, and the files say the same."""

import json
import tomllib

import pytest
import yaml

from countback.deposit import citation
from countback.deposit.citation import Work
from countback.errors import InputError

ARTICLE = Work(
    key="doe2001",
    title="Tea & 50% rest_ful: a trial",
    authors=("Doe J", "van der Berg AB", "The Tea Group", "et al"),
    date="2001",
    journal="Journal of Tea",
    volume="7",
    pages="12-19",
    doi="10.1000/tea",
)
REPORT = Work(
    key="report2026",
    title="A report",
    authors=("The Authors",),
    date="2026-03-05",
    version="1.2",
    keywords=("tea", "rest"),
)


def test_text():
    assert ARTICLE.text == (
        "Doe J, van der Berg AB, The Tea Group, et al. Tea & 50% rest_ful: a trial. "
        "Journal of Tea 2001;7:12-19. doi:10.1000/tea"
    )
    assert REPORT.text == "The Authors. A report. Version 1.2, 2026."


def test_bibtex():
    assert ARTICLE.bibtex.splitlines() == [
        "@article{doe2001,",
        "  author = {Doe, J and van der Berg, AB and {The Tea Group} and others},",
        r"  title = {{Tea \& 50\% rest\_ful: a trial}},",
        "  journal = {Journal of Tea},",
        "  volume = {7},",
        "  pages = {12--19},",
        "  year = {2001},",
        "  doi = {10.1000/tea}",
        "}",
    ]
    assert REPORT.bibtex.startswith("@misc{report2026,\n  author = {{The Authors}},")


def test_bibtex_is_read_by_a_reader_of_bibtex():
    from pybtex.database import parse_string

    entry = parse_string(ARTICLE.bibtex, "bibtex").entries["doe2001"]
    assert entry.persons["author"][0].last_names == ["Doe"]
    assert entry.fields["doi"] == "10.1000/tea"


def test_ris():
    assert ARTICLE.ris.splitlines() == [
        "TY  - JOUR", "AU  - Doe, J", "AU  - van der Berg, AB", "AU  - The Tea Group",
        "TI  - Tea & 50% rest_ful: a trial",
        "JO  - Journal of Tea", "VL  - 7", "SP  - 12", "EP  - 19", "PY  - 2001", "DO  - 10.1000/tea", "ER  - ",
    ]  # fmt: skip
    assert "KW  - tea\nKW  - rest" in REPORT.ris


def test_csl_json():
    (item,) = json.loads(ARTICLE.csl)
    assert item["type"] == "article-journal"
    assert item["author"][:3] == [
        {"family": "Doe", "given": "J"},
        {"family": "van der Berg", "given": "AB"},
        {"literal": "The Tea Group"},
    ]
    assert item["issued"] == {"date-parts": [[2001]]}
    (item,) = json.loads(REPORT.csl)
    assert item["issued"] == {"date-parts": [[2026, 3, 5]]}


def test_all_files_say_the_same(root):
    cff = yaml.safe_load((root / "CITATION.cff").read_text())
    zenodo = json.loads((root / ".zenodo.json").read_text())
    project = tomllib.loads((root / "pyproject.toml").read_text())["project"]
    report, article = citation.load(root)
    assert cff["cff-version"] == "1.2.0"
    assert cff["version"] == zenodo["version"] == project["version"] == report.version
    assert cff["date-released"] == zenodo["publication_date"] == report.date
    assert cff["title"] == zenodo["title"] == report.title
    assert [a["name"] for a in cff["authors"]] == [c["name"] for c in zenodo["creators"]] == list(report.authors)
    assert cff["keywords"] == zenodo["keywords"] == list(report.keywords)
    (reference,) = cff["references"]
    assert reference["doi"] == article.doi == zenodo["related_identifiers"][0]["identifier"]
    assert reference["title"] == article.title
    assert f"{reference['start']}-{reference['end']}" == article.pages


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (None, "is missing"),
        ("title: x", "key 'date-released' is missing; add it"),
        ("[", "is not a citation file"),
        ("just text", "is not a citation file"),
    ],
)
def test_a_citation_file_that_does_not_fit(tmp_path, content, complaint):
    if content is not None:
        (tmp_path / "CITATION.cff").write_text(content)
    with pytest.raises(InputError, match=complaint):
        citation.load(tmp_path)


def test_the_article_is_that_of_the_trial_the_book_is_of(folder, tmp_path, root):
    design = folder / "trial.yml"
    design.write_text(design.read_text().replace("year: 2020", "year: 1999"))
    (tmp_path / "CITATION.cff").write_text((root / "CITATION.cff").read_text())
    (tmp_path / "analysis").mkdir()
    (tmp_path / "analysis" / "runs.yml").write_text("parameters: {trial: data/he2020}")
    assert citation.load(tmp_path)[1].year == "1999"


def test_without_a_plan_there_is_no_article(tmp_path, root):
    (tmp_path / "CITATION.cff").write_text((root / "CITATION.cff").read_text())
    assert citation.load(tmp_path)[1] is None
