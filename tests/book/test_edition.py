"""The book of any trial: planned from its folder, its chapters filled, what does not apply left out and said once."""

import re

import pytest
import yaml

from books import ROOT
from countback.book import chapters
from countback.book.templates import FOLDER, Markdown, name, render
from countback.errors import InputError
from countback.project import Project
from countback.runs.outline import outline
from countback.runs.plan import plan
from countback.trial.folder import load

CHAPTERS = [chapter for part in chapters.PARTS.values() for chapter in part]


def test_every_chapter_has_its_template():
    assert {path.stem for path in FOLDER.glob("*.md")} == {"index", *CHAPTERS}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_no_template_knows_a_trial(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"IL-2|SRI-4|placebo|lupus|nephritis|infection|week 12|He 2020", text)
    assert not re.search(r"\d\.\d", re.sub(r"\{(?:stat|tally|claim)\}`[^`]*`|:[a-z]+: .*", "", text)), "a typed number"


def test_what_is_filled_in_is_text():
    filled = {"absent": [{"titles": "A *b*", "reason": "~~~ {stat}`x:y` <b>"}], "command_folder": Markdown("data/x")}
    text = render("about", filled)
    assert r"- A \*b\*: \~\~\~ \{stat\}\`x\:y\` \<b\>." in text
    assert "countback book data/x" in text


def test_a_name_that_is_none_is_refused():
    assert name("sri4_week12") == "sri4_week12"
    with pytest.raises(ValueError, match="is not a name"):
        name("sri4` {stat}`x")


def front(folder, absent=()):
    """The front page as it is before any run is made: all of it that hangs on the folder alone."""
    trial = load(folder)
    book = chapters.Book(trial, f"data/{folder.name}", Project(ROOT), [], [chapters.Absent(*one) for one in absent])
    return chapters.fill(book, ("index", "about"))


def test_the_front_page_has_every_claim_once_under_its_endpoint():
    folder = ROOT / "data" / "he2020"
    text = front(folder)["index.md"]
    for claim in load(folder).documents[0].claims:
        assert text.count(f"{{claim}}`{claim.id}`") == 1, claim.id
    assert text.index("## The abstract, rebuilt") < text.index("sri4_w12_il2") < text.index("## How to cite")
    week = re.search(r"\*\*SRI-4 response, week 12:\*\* (.*)", text.replace("\\", ""))[1]
    assert week.startswith("low-dose IL-2 {claim}`sri4_w12_il2`; placebo {claim}`sri4_w12_placebo`; p = {claim}")


def test_what_is_left_out_is_one_line_for_each_reason():
    reasons = [("How large is the effect?", "no counts"), ("What should one believe?", "no counts"), ("Harms", "none")]
    text = front(ROOT / "data" / "humrich2022", reasons)["chapters/about.md"].replace("\\", "")
    assert "- How large is the effect; What should one believe: no counts.\n- Harms: none." in text
    assert "Does not apply" not in text


@pytest.mark.parametrize("folder", sorted(p.parent for p in ROOT.glob("*/*/trial.yml")), ids=lambda path: path.name)
def test_every_trial_is_planned_and_has_a_front_page(folder, tmp_path):
    planned = outline(load(folder), folder.as_posix())
    (tmp_path / "runs.yml").write_text(yaml.safe_dump(planned), encoding="utf-8")
    runs = plan(Project(ROOT), path=tmp_path / "runs.yml")
    assert {"design", "audit"} <= {run.name for run in runs}
    text = front(folder)["index.md"]
    assert all(f"`{claim.id}`" in text for claim in load(folder).documents[0].claims)
    assert len(re.findall("^:::$", text, re.MULTILINE)) == len(re.findall(r"^:::\{", text, re.MULTILINE))


def test_a_trial_of_several_comparisons_is_asked_about_one_whose_counts_are_known():
    trial = load(ROOT / "examples" / "dunyo2006")
    runs = {run["name"]: run for run in outline(trial, "x")["runs"]}
    assert trial.contrast().id == "sp_cq"  # its chloroquine arm has a percentage alone
    assert runs["power"]["parameters"]["comparison"] == "sp_cqsp"
    asked = runs["outcome-failure-day-28-sp-cqsp"]["parameters"]
    assert asked == {"endpoint": "failure", "week": None, "time": "day 28", "comparison": "sp_cqsp"}


def test_a_folder_in_use_is_left_alone(tmp_path):
    from countback.book import edition

    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(InputError, match="in use for something else"):
        edition.build(ROOT, ROOT / "data" / "humrich2022", {}, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def text_of(folder, page):
    html = (folder / "_build/html" / f"{page}.html").read_text(encoding="utf-8")
    return " ".join(
        re.sub(r"<[^>]+>", "", re.sub(r'<span class="claim-tip".*?</span>', "", html, flags=re.DOTALL)).split()
    )


@pytest.mark.slow
@pytest.mark.xdist_group("edition")
def test_the_book_of_the_second_trial(edition):
    folder = edition("data/humrich2022")
    text = text_of(folder, "index")
    for words in (
        "Humrich 2022 (LUPIL-2): every number of the article, rebuilt",
        "34 of 50 patients on low-dose IL-2 against 29 of 50 on placebo are a difference of +10.0 percentage points",
        "(95% interval \N{MINUS SIGN}9.0 to +28.3)",
        "placebo 58% possible",
    ):
        assert words in text, words
    html = folder / "_build" / "html"
    assert (html / "countback.pdf").read_bytes().startswith(b"%PDF")
    pages = [page for page in html.rglob("*.html") if "_static" not in page.parts]
    assert not any("Does not apply" in page.read_text(encoding="utf-8") for page in pages)
    assert not any("Not the published setting" in page.read_text(encoding="utf-8") for page in pages)
    about = text_of(folder, "chapters/about")
    assert about.count("prints its primary endpoint at one time only") == 1
    assert not (html / "chapters/joint.html").exists()
    assert not re.search(
        r"nephritis|He 2020|Serious infections", " ".join(text_of(folder, p) for p in ("index", "search"))
    )


@pytest.mark.slow
@pytest.mark.xdist_group("edition")
def test_the_book_of_a_trial_of_means(edition):
    folder = edition(ROOT / "examples" / "hu2015")
    text = text_of(folder, "index")
    for words in (
        "Hu 2015: every number of Table 2, rebuilt",
        "The means differ, on depth of sleep, by",
        "0.063 not reproduced",
    ):
        assert words in text, words
    about = text_of(folder, "chapters/about")
    assert about.count("has no counts of both arms for its outcomes") == 1  # one line for eight analyses
    assert "Which counts fit each percentage" in about
    assert (folder / "_build/html/countback.pdf").is_file()
