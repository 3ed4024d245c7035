"""Files: what each kind gives, and one line for each that cannot be read."""

import json

import pytest

from countback.errors import InputError
from countback.text.attribution import attribution
from countback.text.check import check
from countback.text.claim import Kind
from countback.text.sources import readings

TABLE = """<!DOCTYPE article PUBLIC "x" "y.dtd"><article><front/><body/><table-wrap><label>Table 2</label>
<caption><p>P by Fisher's exact test</p></caption><table><thead><tr><td/><td>Drug (n = 50)</td><td>Placebo (n = 40)</td>
<td>p</td></tr></thead><tbody><tr><td>Relapse, n (%)</td><td>12 (24)</td><td>20 (50)</td><td>0.01</td></tr></tbody>
</table></table-wrap></article>"""
PUBMED = """<PubmedArticleSet><PubmedArticle><PMID>7</PMID><ArticleTitle>A trial</ArticleTitle><Abstract>
<AbstractText Label="RESULTS">RR 0.8 (95% CI 0.7-0.9)</AbstractText></Abstract></PubmedArticle></PubmedArticleSet>"""
RECORD = {
    "protocolSection": {},
    "resultsSection": {"outcomeMeasuresModule": {"outcomeMeasures": [{
        "title": "Relapse", "timeFrame": "week 12", "paramType": "COUNT_OF_PARTICIPANTS",
        "groups": [{"id": "A", "title": "Drug"}, {"id": "B", "title": "Placebo"}],
        "denoms": [{"counts": [{"groupId": "A", "value": "50"}, {"groupId": "B", "value": "40"}]}],
        "classes": [{"categories": [{"measurements": [
            {"groupId": "A", "value": "12"}, {"groupId": "B", "value": "20"}]}]}],
        "analyses": [{"groupIds": ["A", "B"], "pValue": "0.01", "statisticalMethod": "Fisher Exact"}],
    }]}},
}  # fmt: skip


def claims(tmp_path, content, kind):
    file = tmp_path / "file"
    file.write_text(content, encoding="utf-8")
    return [c for reading in readings(file) for c in reading.claims if c.kind is kind]


def test_a_table_is_read_with_its_place_and_method(tmp_path):
    (one,) = claims(tmp_path, TABLE, Kind.TWO_ARM)
    assert one.fields["events_1"] == "12" and one.fields["total_2"] == "40" and one.fields["p"] == "0.01"
    assert one.place["table"] == "Table 2" and one.place["method"] == "Fisher" and one.arms == ("Drug", "Placebo")


def test_pubmed_is_read(tmp_path):
    assert claims(tmp_path, PUBMED, Kind.RATIO_CI)[0].source.endswith("#7")


def test_a_record_is_read_with_its_method(tmp_path):
    (one,) = claims(tmp_path, json.dumps(RECORD), Kind.TWO_ARM)
    assert one.fields["events_2"] == "20" and one.place["method"] == "Fisher Exact"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"a\0b", "not text"),
        ("Müller 5%".encode("latin-1"), "not UTF-8"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"<p>5%</p><p>5%</p><p>5%</p><p>5%</p>x", "not well-formed"),
        (b"5% <p>a</p><p>b</p><p>c</p><p>d</p>", "HTML tags"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><article>&b;</article>', "entities"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><article>&b;</article>', "entities"),
        (b"<other/>", "neither PubMed's nor JATS"),
        (b"{}", "not a ClinicalTrials.gov record"),
        (b"{", "not valid JSON"),
        (b"5% " * 200_000, "characters"),
    ],
)
def test_what_cannot_be_read_is_told_in_one_line(tmp_path, content, message):
    file = tmp_path / "file"
    file.write_bytes(content)
    with pytest.raises(InputError, match=message) as raised:
        readings(file)
    assert len(raised.value.problems) == 1


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Relapse occurred in 12 of 50 patients (24%).", "reproduced"),
        ("Relapse occurred in 12 of 50 patients (29%).", "inconsistent"),
        ("HR 1.3 (95% CI 0.7-1.1)", "inconsistent"),
        ("HR 0.9 (95% CI 0.7-1.1)", "compatible"),
        ("reduced the time by 47% (95% CI, -65% to -20%)", "compatible"),
        ("Of 50 patients, 12 (23%) relapsed.", "not checkable"),
    ],
)
def test_accusations_are_kept_for_what_arithmetic_contradicts(tmp_path, text, verdict):
    file = tmp_path / "file.txt"
    file.write_text(text, encoding="utf-8")
    assert [check(c).verdict.value for r in readings(file) for c in r.claims if c.kind is not Kind.GROUP_SIZE] == [
        verdict
    ]


def test_a_named_test_is_looked_for_among_those_that_give_the_p(tmp_path):
    (fits,) = attribution(claims(tmp_path, TABLE, Kind.TWO_ARM))
    (differs,) = attribution(claims(tmp_path, TABLE.replace("0.01", "0.50"), Kind.TWO_ARM))
    assert fits.named == "Fisher" and fits.among and fits.given
    assert not differs.among
