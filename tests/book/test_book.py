"""The real book, built as a reader would build it: its numbers stand on its pages."""

import json
import re

import pytest

from books import command

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("book")]

# R 4.2.2: chisq.test(m, correct = FALSE)$p.value and fisher.test(m)$p.value on the counts of each comparison
EXPECTED = {
    "sri4-week12": {"p_pearson": 0.0504480819703846, "p_fisher_2s": 0.0672785082558843},
    "sri4-week24": {"p_pearson": 0.0266877566562936, "p_fisher_2s": 0.0378872128952834},
    "nephritis": {"p_pearson": 0.0530047948860764, "p_fisher_2s": 0.0968421052631579},
}


def text_of(book, page):
    html = (book / "_build" / "html" / f"{page}.html").read_text(encoding="utf-8")
    body = re.sub(r'<span class="claim-tip".*?</span>', "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", "", body).split())


def result(book, run, file="result"):
    return json.loads((book / "_build/countback/runs" / run / f"{file}.json").read_text(encoding="utf-8"))


def test_every_claim_is_on_the_front_page(book):
    html = (book / "_build/html/index.html").read_text(encoding="utf-8")
    for finding in result(book, "audit", "audit")["findings"]:
        anchor = f"audit-claim-{finding['id'].replace('_', '-')}"
        assert f'href="chapters/audit.html#{anchor}"' in html, finding["id"]


@pytest.mark.parametrize("run", sorted(EXPECTED))
def test_the_conventional_p_values_are_rs(book, run):
    values = result(book, run)["values"]["tests"]
    for key, expected in EXPECTED[run].items():
        assert values[key] == pytest.approx(expected, rel=1e-9)


def test_the_verdicts_are_what_the_counts_give(book):
    verdicts = {f["id"]: f for f in result(book, "audit", "audit")["findings"]}
    assert verdicts["sri4_w24_p"]["verdict"] == "reproduced"
    assert [m["procedure"] for m in verdicts["sri4_w24_p"]["matches"] if m["conventional"]] == ["p_pearson"]
    assert verdicts["sri4_w12_p"]["verdict"] == "another test only"
    assert {"p_n1", "p_student_t"} <= {m["procedure"] for m in verdicts["sri4_w12_p"]["matches"]}
    assert verdicts["nephritis_p"]["verdict"] == "another test only"
    assert {m["sides"] for m in verdicts["nephritis_p"]["matches"]} <= {"less", "greater"}
    assert verdicts["nephritis_p"]["differs_under"] == ["p_pearson", "p_yates", "p_fisher_2s"]
    for percentage in ("sri4_w12_il2", "sri4_w12_placebo", "sri4_w24_il2", "sri4_w24_placebo"):
        assert verdicts[percentage]["verdict"] == "possible"
    assert verdicts["treg"]["verdict"] == verdicts["nk"]["verdict"] == "not checkable"
    for given in ("patients", "arm_il2", "arm_placebo", "treatment_weeks", "nephritis_il2"):
        assert verdicts[given]["verdict"] == "given"


def test_the_numbers_stand_on_the_pages(book):
    front = text_of(book, "index")
    for words in (
        "Pearson’s test gives that of response at week 24 (0.027 reproduced), and nearly that at week 12",
        "(0.050, printed 0.052 another test only)",
        "agrees with none of the 20 two-sided tests tried: Pearson’s gives 0.053, Fisher’s 0.097",
        "(+25.2 percentage points, −0.3 to +47.6)",
        "55.17% possible of the IL-2 arm and 30.00% possible of the placebo arm",
        "not met compatible",
        "7/13 given patients on IL-2, 53.85% reproduced",
        "0 reproduced patients on IL-2, 2 reproduced on placebo",
    ):
        assert words in front, words
    assert "16/29" in text_of(book, "chapters/counts")
    assert "one-sided" in text_of(book, "chapters/nephritis")


def test_each_run_leaves_its_files(book):
    for folder in (book / "_build/countback/runs").iterdir():
        names = {path.name for path in folder.iterdir()}
        assert {"executed.ipynb", "result.json", "manifest.json"} <= names
        outcome = result(book, folder.name)
        assert {f"{name}.svg" for name in outcome["figures"]} | {f"{name}.pdf" for name in outcome["figures"]} <= names
        assert {f"{name}.csv" for name in outcome["tables"]} <= names
    assert {"audit.json", "audit.csv"} <= {p.name for p in (book / "_build/countback/runs/audit").iterdir()}


def test_the_terminal_says_what_the_book_says(book):
    made = command("countback", "audit", "data/he2020", "--json", "-", cwd=book)
    findings = {f["id"]: f for f in json.loads(made.stdout)["findings"]}
    for finding in result(book, "audit", "audit")["findings"]:
        assert findings[finding["id"]] == finding


def test_figures_say_what_is_seen(book):
    for page in (book / "_build/html").rglob("*.html"):
        html = page.read_text(encoding="utf-8")
        for tag in re.findall(r'<img [^>]*src="[^"]*(?:_images|jupyter_execute)[^>]*>', html):
            assert re.search(r'alt="[^"]{20,}"', tag), f"{page.name}: {tag[:200]}"


def test_an_unchanged_rebuild_runs_nothing_and_leaves_the_pdf_alone(again):
    assert "notebooks:" not in again["stderr"]
    assert again["pdf_is_left"]


def test_another_alpha_beside_the_published_book(variant):
    strict = variant(alpha=0.01)
    assert not (strict.parent / "html").exists()  # nothing is built in the place of the published one
    pages = [p for p in (strict / "_build/html").rglob("*.html") if "_static" not in p.parts]
    for page in pages:
        if page.stem not in ("genindex", "search"):
            assert "Not the published setting: alpha = 0.01." in page.read_text(encoding="utf-8"), page.name
    assert "not significant at 0.01" in text_of(strict, "chapters/audit")
