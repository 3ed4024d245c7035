"""The archive: the same bytes for the same sources, and a crate that says how each result came about."""

import hashlib
import io
import json
import shutil
import zipfile
from email.message import Message
from pathlib import Path
from urllib.response import addinfourl

import pytest

from books import command
from countback.deposit import archive
from countback.errors import InputError


def test_without_a_report_there_is_nothing_to_archive(root, tmp_path):
    for name in ("analysis", "data"):
        shutil.copytree(root / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    shutil.copyfile(root / "CITATION.cff", tmp_path / "CITATION.cff")
    with pytest.raises(InputError, match=r"index.html: is missing; build it first: make book"):
        archive.build(tmp_path, tmp_path / "out.zip")
    assert not (tmp_path / "out.zip").exists()


@pytest.fixture(scope="module")
def crate(book, tmp_path_factory):
    """The archive of the real report, unpacked; and the zip."""
    place = tmp_path_factory.mktemp("archive")
    done = command("countback", "archive", "--out", str(place / "report.zip"), cwd=book)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(place / "report.zip") as packed:
        packed.extractall(place / "unpacked")
    return place


CONTEXT = Path(__file__).parents[1] / "node_modules/ro-crate/lib/context.json"


@pytest.fixture
def validated(monkeypatch):
    """What a validator finds wrong with a crate under a profile, without the profiles that this one builds on.

    It asks the web for the context of RO-Crate, and for nothing else; the npm package's copy is given instead.
    """
    if not CONTEXT.is_file():
        pytest.skip("the context of RO-Crate is not installed (npm ci --prefix tests)")
    import rdflib.parser
    import requests
    from rocrate_validator import services
    from rocrate_validator.models import Severity

    def answer(url):
        assert url == "https://w3id.org/ro/crate/1.2/context"
        return CONTEXT.read_bytes()

    def opened(request, *ignored, **ignored_too):
        kind = Message()
        kind["Content-Type"] = "application/ld+json"
        return addinfourl(io.BytesIO(answer(request.full_url)), kind, request.full_url, 200)

    def sent(adapter, request, **ignored):
        response = requests.Response()
        response.status_code, response.url, response._content = 200, request.url, answer(request.url)
        response.headers["Content-Type"] = "application/ld+json"
        return response

    monkeypatch.setattr(rdflib.parser, "_urlopen", opened)
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", sent)

    def problems(folder, profile):
        settings = services.ValidationSettings(
            rocrate_uri=str(folder), profile_identifier=profile, requirement_severity=Severity.REQUIRED, no_cache=True,
            disable_inherited_profiles_issue_reporting=True,
        )  # fmt: skip
        return [f"{issue.check.identifier}: {issue.message}" for issue in services.validate(settings).get_issues()]

    return problems


def graph(crate):
    data = json.loads((crate / "unpacked/ro-crate-metadata.json").read_text())
    assert data["@context"] == "https://w3id.org/ro/crate/1.2/context"
    return {entity["@id"]: entity for entity in data["@graph"]}


@pytest.fixture(scope="module")
def reduced(crate):
    """The same crate with one run, and of the other files one of each kind: the validator's time grows as a square."""
    entities = graph(crate)
    by_kind = {
        (str(e["@type"]), Path(name).suffix, *sorted(set(e) - {"@id"})): name
        for name, e in entities.items()
        if "File" in kinds(e)
    }
    waiting = ["ro-crate-metadata.json", "./", "#run-sri4-week12", *by_kind.values()]
    kept = {}
    while waiting:
        name = waiting.pop()
        if name in kept or name not in entities:
            continue
        kept[name] = entity = entities[name]
        for key, value in entity.items():
            if name != "./" or key not in LISTS:
                waiting += [part["@id"] for part in many(value) if isinstance(part, dict) and "@id" in part]
    top = kept["./"]
    kept["./"] = top | {key: [part for part in top[key] if part["@id"] in kept] for key in LISTS}
    assert {str(e["@type"]) for e in kept.values()} == {str(e["@type"]) for e in entities.values()}
    assert len(kept) < len(entities) / 3
    place = crate / "reduced"
    for name in kept:
        source = crate / "unpacked" / name
        if source.is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, place / name)
        elif source.is_dir():
            (place / name).mkdir(parents=True, exist_ok=True)
    context = json.loads((crate / "unpacked/ro-crate-metadata.json").read_text())["@context"]
    metadata = {"@context": context, "@graph": list(kept.values())}
    (place / "ro-crate-metadata.json").write_text(json.dumps(metadata))
    return place


LISTS = ("hasPart", "mentions")
"""What the root of a crate lists; all else of it is followed."""


def many(value):
    return value if isinstance(value, list) else [value]


def kinds(entity):
    return many(entity["@type"])


@pytest.mark.slow
@pytest.mark.xdist_group("archive")
class TestArchive:
    def test_the_same_bytes_again(self, book, crate):
        again = crate / "again.zip"
        assert command("countback", "archive", "--out", str(again), cwd=book).returncode == 0
        assert again.read_bytes() == (crate / "report.zip").read_bytes()

    def test_what_is_described_is_there_with_its_digest(self, crate):
        files = [e for e in graph(crate).values() if "File" in kinds(e) and e["@id"] != "ro-crate-metadata.json"]
        assert len(files) > 80
        for entity in files:
            content = (crate / "unpacked" / entity["@id"]).read_bytes()
            assert hashlib.sha256(content).hexdigest() == entity["sha256"], entity["@id"]
            assert str(len(content)) == entity["contentSize"]

    def test_every_reference_leads_somewhere(self, crate):
        entities = graph(crate)

        def references(value):
            if isinstance(value, dict):
                if set(value) == {"@id"}:
                    yield value["@id"]
                else:
                    for part in value.values():
                        yield from references(part)
            elif isinstance(value, list):
                for part in value:
                    yield from references(part)

        for entity in entities.values():
            for target in references({k: v for k, v in entity.items() if k != "conformsTo"}):
                assert target in entities, (entity["@id"], target)

    def test_the_descriptor_and_the_root(self, crate):
        entities = graph(crate)
        descriptor = entities["ro-crate-metadata.json"]
        assert descriptor["about"] == {"@id": "./"}
        assert {"@id": "https://w3id.org/ro/crate/1.2"} in many(descriptor["conformsTo"])
        top = entities["./"]
        assert {"name", "description", "datePublished", "license", "hasPart"} <= set(top)
        assert {"@id": archive.PROFILE} in many(top["conformsTo"])
        assert top["mainEntity"] == {"@id": "_build/html/countback.pdf"}

    def test_each_run_says_from_what_it_came(self, crate):
        entities = graph(crate)
        actions = {e["@id"]: e for e in entities.values() if "CreateAction" in kinds(e)}
        assert "#run-sri4-week12" in actions
        for action in actions.values():
            notebook = entities[action["instrument"]["@id"]]
            assert set(kinds(notebook)) == {"File", "SoftwareSourceCode"}
            inputs = {part["@id"] for part in many(action["object"])}
            assert any(name.endswith("/counts.csv") for name in inputs), action["@id"]
            results = {part["@id"] for part in many(action["result"])}
            assert any(name.endswith("/result.json") for name in results)
            software = {
                entities[part["@id"]]["name"]: entities[part["@id"]] for part in notebook["softwareRequirements"]
            }
            assert {"python", "numpy", "papermill"} <= set(software)
            assert all(s["version"] and s["url"] for s in software.values())
        week = [entities[part["@id"]] for part in actions["#run-sri4-week12"]["object"] if part["@id"].startswith("#")]
        assert {(p["name"], p["value"]) for p in week} >= {("endpoint", "sri4"), ("week", "12")}

    def test_a_reader_of_crates_reads_it(self, crate):
        from rocrate.rocrate import ROCrate

        read = ROCrate(crate / "unpacked")
        assert read.name.startswith("Countback")
        assert len(read.data_entities) > 80

    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")  # the validator's own
    @pytest.mark.parametrize("profile", ["ro-crate-1.2", "process-run-crate"])
    def test_the_crate_is_valid(self, reduced, validated, profile):
        assert validated(reduced, profile) == []

    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning")
    @pytest.mark.parametrize(
        ("profile", "identifier", "lost"),
        [("ro-crate-1.2", "./", "datePublished"), ("process-run-crate", "#run-sri4-week12", "instrument")],
    )
    def test_a_crate_that_lacks_something_is_not(self, reduced, validated, tmp_path, profile, identifier, lost):
        metadata = json.loads((reduced / "ro-crate-metadata.json").read_text())
        (entity,) = [e for e in metadata["@graph"] if e["@id"] == identifier]
        del entity[lost]
        spoilt = tmp_path / "spoilt"
        shutil.copytree(reduced, spoilt)
        (spoilt / "ro-crate-metadata.json").write_text(json.dumps(metadata))
        assert validated(spoilt, profile) != []

    def test_no_times_and_no_paths_of_this_machine(self, crate, book):
        for path in (crate / "unpacked").rglob("*"):
            if path.is_file() and path.suffix in (".html", ".json", ".ipynb", ".csv", ".svg", ".xml", ".js"):
                assert str(book).encode() not in path.read_bytes(), path
        with zipfile.ZipFile(crate / "report.zip") as packed:
            assert len({entry.date_time for entry in packed.infolist()}) == 1
            assert packed.namelist() == sorted(packed.namelist())

    def test_the_results_are_those_of_their_certificate(self, crate):
        done = command("countback", "verify", "_build", cwd=crate / "unpacked")
        assert done.returncode == 0, done.stderr
        assert "seconds" not in (crate / "unpacked/_build/codecheck.yml").read_text()

    def test_what_was_built_from_something_else_is_refused(self, book, crate, tmp_path):
        copy = tmp_path / "copy"
        shutil.copytree(book, copy)
        counts = copy / "data/he2020/counts.csv"
        counts.write_text(counts.read_text().replace("16,29", "17,29"))
        done = command("countback", "archive", cwd=copy)
        assert done.returncode == 2
        assert "build it first: make book" in done.stderr
        assert not list((copy / "_build").glob("*.zip"))
