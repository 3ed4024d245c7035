"""What every page carries: metadata, a strict policy, and mends that hold."""

import json
import re
from datetime import UTC, datetime

import pytest

from countback.book import pages, policy
from countback.deposit.citation import Work
from countback.deposit.stamp import Stamp

REPORT = Work("r", 'A "report" </script><b>', ("The Authors",), "2026-03-05", version="1", keywords=("tea",))
ARTICLE = Work("a", "An article", ("Doe J", "et al"), "2001", journal="Journal", doi="10.1000/tea")
STAMP = Stamp("1.0", "f" * 40, False, "a" * 64, "b" * 64, datetime(2026, 3, 5, tzinfo=UTC), {"alpha": "<i>"})
PAGE = """<html><head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1.0" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
<link rel="preload" as="font" type="font/woff2" crossorigin href="x.woff2">
<script src="a.js"></script><script>let a = 1;</script>
<script type="application/ld+json">{"a": 1}</script>
</head><body><div class="bd-sidebar-primary bd-sidebar">
<button class="btn search-button-field b" title="Search" aria-label="Search" x></div>
<button onclick="go(&quot;x&quot;)">go</button>
<div class="pst-scrollable-table-container"><table>
<tr><th class="head"><p>a</p></th><th class="head number"><p>b</p></th></tr>
<tr><th class="stub"><p>c</p></th><td></td></tr></table></div>
<div role="list" class="citation-list"><div class="citation" id="id1" role="doc-biblioentry"></div></div>
<details><summary aria-label="Toggle hidden content">Show</summary></details>
</body></html>"""


def test_mending_twice_changes_nothing_more():
    once = pages.mend(PAGE)
    assert once != PAGE
    assert pages.mend(once) == once


def test_the_mends():
    page = pages.mend(PAGE)
    for gone in ('as="font"', "doc-biblioentry", 'role="list"', 'aria-label="Search"', "Toggle hidden content"):
        assert gone in PAGE
        assert gone not in page
    assert page.count('name="viewport"') == 1
    assert '<th scope="col" class="head"><p>a' in page
    assert '<th scope="col" class="head number"><p>b' in page
    assert '<th scope="row" class="stub"><p>c' in page
    assert 'class="pst-scrollable-table-container" tabindex="0"' in page
    assert 'role="complementary"' in page


def test_the_policy_comes_first_and_replaces_the_one_before():
    page = pages.with_policy(pages.with_policy(PAGE, "old"), "new")
    [found] = re.findall(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert found == "new"
    assert page.index("Content-Security-Policy") < page.index("<script")


def rules(text, page="index", brought=()):
    return dict(rule.split(" ", 1) for rule in policy.policy(text, page, brought).split("; "))


def test_the_policy_names_no_other_host_and_no_script_that_came_with_data():
    found = rules(PAGE)
    assert found["default-src"] == found["object-src"] == found["frame-src"] == "'none'"
    assert found["script-src"] == "'self'"
    assert "http" not in policy.policy(PAGE, "index")
    assert policy.unknown(PAGE, "index") == ["let a = 1;", 'go("x")']


def test_the_policy_lets_run_what_theme_and_extensions_bring():
    text = (
        PAGE + "<button onclick=\"window.print()\"></button><script>DOCUMENTATION_OPTIONS.pagename = 'index';</script>"
    )
    found = rules(text, "index", ["let a = 1;"])["script-src"]
    for script in ("let a = 1;", "window.print()", "DOCUMENTATION_OPTIONS.pagename = 'index';"):
        assert f"'{policy.digest(script)}'" in found
    assert "'unsafe-hashes'" in found
    assert "'unsafe-inline'" not in found
    assert policy.unknown(text, "index", ["let a = 1;"]) == ['go("x")']


def test_a_page_whose_name_is_a_script_gets_no_licence():
    name = "a'; alert(1); '"
    text = f"<script>DOCUMENTATION_OPTIONS.pagename = '{name}';</script>"
    assert rules(text, name)["script-src"] == "'self'"


def test_head_for_reference_managers():
    head = pages.head(REPORT, ARTICLE, STAMP, "Response", "../countback.pdf")
    metas = dict(re.findall(r'<meta name="([^"]+)" content="([^"]*)"', head))
    assert metas["citation_title"] == "A &quot;report&quot; &lt;/script&gt;&lt;b&gt;"
    assert metas["citation_author"] == "The Authors"
    assert metas["citation_publication_date"] == "2026/03/05"
    assert metas["citation_pdf_url"] == "../countback.pdf"
    assert metas["DC.source"] == "https://doi.org/10.1000/tea"
    assert metas["DC.title"].startswith("Response. ")


def test_linked_data_is_json_and_nothing_breaks_out_of_it():
    head = pages.head(REPORT, ARTICLE, STAMP, "", "countback.pdf")
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', head, re.DOTALL)
    graph = {part["@type"]: part for part in json.loads(data)["@graph"]}
    assert set(graph) == {"ScholarlyArticle", "Dataset", "SoftwareSourceCode"}
    assert graph["ScholarlyArticle"]["name"] == REPORT.title
    assert graph["ScholarlyArticle"]["isBasedOn"]["identifier"] == "https://doi.org/10.1000/tea"
    assert graph["Dataset"]["identifier"] == f"sha256:{STAMP.data}"
    assert graph["SoftwareSourceCode"]["identifier"] == STAMP.commit


def test_the_stamp_is_text():
    foot = STAMP.html
    assert "alpha = &lt;i&gt;" in foot
    assert "<i>" not in foot


@pytest.mark.parametrize("part", ["version 1.0", "ffffffffffff with changes", "5 March 2026"])
def test_the_stamp_names_all(part):
    assert part in re.sub(r"<[^>]+>", "", STAMP.html)
