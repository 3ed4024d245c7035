"""Hostile places: pipes, loops, folders and devices read and written, lying manifests, outputs among sources."""

import hashlib
import os
import shutil
import socket
import subprocess
from pathlib import Path

import pytest
from hostile import said

from books import ROOT
from countback.deposit import signature
from countback.errors import InputError
from countback.project import Project
from countback.trial.folder import load

RESULT = "countback/runs/one/result.json"


def sha(content):
    return hashlib.sha256(content).hexdigest()


MANIFEST = f"manifest:\n- {{file: {RESULT}, sha256: {sha(b'{}')}}}\nreport:\n  html/index.html: {sha(b'x')}\n"


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A small build with its manifest, beside places of all kinds."""
    monkeypatch.chdir(tmp_path)
    for name, content in ((RESULT, "{}"), ("html/index.html", "x"), ("codecheck.yml", MANIFEST)):
        path = tmp_path / "_build" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    Path("dangling").symlink_to("nowhere/at/all")
    Path("empty").touch()
    Path("folder").mkdir()
    Path("large").write_bytes(b"a: 1\n" * 1_100_000)
    return tmp_path / "_build"


PLACES = [
    "",
    "\0",
    "x" * 300,
    "none",
    "pipe",
    "loop",
    "dangling",
    "empty",
    "folder",
    "large",
    "/dev/null",
    "\x1b[2J",
    "\u202e",
    "a\nb",
    b"\xff".decode("utf-8", "surrogateescape"),
    "/proc/self/mem",
    "empty/below",
]


@pytest.mark.parametrize("option", [None, "--against", "--key", "--sign"])
@pytest.mark.parametrize("place", PLACES, ids=lambda p: p[:20].encode("unicode_escape").decode())
def test_a_place_of_verify(built, option, place):
    if (option, place) == (None, "folder"):
        place = "folder/none"
    said(["verify", place] if option is None else ["verify", "_build", option, place])
    assert not signature.signature_of(built / "codecheck.yml").exists()


MANIFESTS = [
    b"",
    b"\0",
    b"\xff",
    b"42",
    b"[]",
    b"manifest: 3",
    b"manifest: []",
    b"manifest: [1]",
    b"manifest: [{file: 1, sha256: 2}]",
    b"manifest: [{file: a}]",
    b'manifest: [{file: "a\\0", sha256: x}]',
    b"manifest: [{file: ../x, sha256: x}]",
    b"manifest: [{file: /etc/passwd, sha256: x}]",
    b"manifest: [{file: a/../../b, sha256: x}]",
    MANIFEST.encode() * 2,
    MANIFEST.replace("report:", "report: 3\nx:").encode(),
    MANIFEST.replace("report:", "report: {1: 2}\nx:").encode(),
    MANIFEST.replace("html/", "../html/").encode(),
    b"manifest: [*a]",
    b"[" * 5000,
]


@pytest.mark.parametrize("content", MANIFESTS, ids=lambda c: repr(c[:40]))
def test_a_manifest_that_is_none(built, content):
    (built / "codecheck.yml").write_bytes(content)
    assert "_build/codecheck.yml" in said(["verify", "_build"])


STATED = [
    "''",
    "'.'",
    "x" * 300,
    "a/" * 3000 + "b",
    '"a\\nb"',
    '"\\u202ea"',
    "html",
    "codecheck.yml",
    "'C:\\x'",
    "pipe",
    "loop",
]


@pytest.mark.parametrize("name", STATED, ids=lambda n: n[:20].encode("unicode_escape").decode())
def test_a_file_that_is_stated_and_is_none(built, name):
    os.mkfifo(built / "pipe")
    (built / "loop").symlink_to("loop")
    (built / "codecheck.yml").write_text(f"manifest: [{{file: {name}, sha256: x}}]\n", encoding="utf-8")
    said(["verify", "_build"], status=1)


@pytest.mark.parametrize("trap", ["pipe", "device", "folder", "loop", "other"])
def test_a_page_that_is_no_file(built, trap):
    page = built / "html" / "index.html"
    page.unlink()
    if trap == "pipe":
        os.mkfifo(page)
    elif trap == "folder":
        page.mkdir()
    else:
        page.symlink_to({"device": "/dev/zero", "loop": "index.html", "other": "/etc/passwd"}[trap])
    assert "html/index.html: " in said(["verify", "_build"], status=1)


@pytest.mark.parametrize("name", ["\x1b[2J.html", "a\nb.html", "\u202eb.html", b"\xff.html"], ids=repr)
def test_an_added_file_with_a_hostile_name(built, name):
    (built / "html" / os.fsdecode(name)).touch()
    assert "is not stated; it was added" in said(["verify", "_build"], status=1)


def test_a_signature_is_replaced_by_another_alone(built):
    if shutil.which("ssh-keygen") is None:
        pytest.skip("needs OpenSSH")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "-key"], check=False, capture_output=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "./-key"], check=False, capture_output=True)
    manifest = built / "codecheck.yml"
    signed = signature.sign(manifest, Path("-key"))
    assert signature.is_signed_by(manifest, Path("-key.pub"))
    before = signed.read_bytes()
    for place in ("empty", "folder", "codecheck.yml", "large"):
        said(["verify", "_build", "--sign", place])
        assert signed.read_bytes() == before
    said(["verify", "_build", "--key", "-key"])
    signed.unlink()
    signed.mkdir()
    said(["verify", "_build", "--sign=-key"])


# Outputs among the sources


@pytest.fixture
def tiny(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "tests" / "tiny", "tiny")
    Path("loop").symlink_to("loop")
    Path("file").write_text("mine", encoding="utf-8")
    Path("link").symlink_to("tiny/data")
    return tmp_path / "tiny"


AMONG = [
    "tiny",
    "tiny/",
    ".",
    "/",
    "tiny/data",
    "tiny/data/tiny",
    "tiny/data/new",
    "tiny/analysis/x",
    "tiny/x/../data/new",
    "link",
    "link/new",
    "tiny/_build",
    "tiny/out",
    "loop",
    "loop/x",
    "file",
    "file/x",
    "",
    "\0",
    "x" * 300,
]


@pytest.mark.parametrize("words", [("book", "-p", "trial=data/tiny", "--out"), ("run", "--build")], ids=lambda w: w[0])
@pytest.mark.parametrize("place", AMONG, ids=lambda p: repr(p[:20]))
def test_nothing_is_built_among_the_sources(tiny, words, place):
    before = {p: p.is_file() and p.read_bytes() for p in tiny.parent.rglob("*")}
    said([words[0], "--root", "tiny", *words[1:], place])
    assert {p: p.is_file() and p.read_bytes() for p in tiny.parent.rglob("*")} == before


@pytest.mark.parametrize(
    "name", ["index.md", "data/tiny/trial.yml", "_config.yml", "./data/../index.md", "_build/html/index.html"]
)
def test_an_archive_overwrites_nothing_it_is_made_of(tiny, name):
    page = tiny / "_build/html/index.html"
    page.parent.mkdir(parents=True)
    page.write_text("x", encoding="utf-8")
    before = (tiny / name).read_bytes()
    assert "would be overwritten; name another file" in said(["archive", "--root", "tiny", "--out", f"tiny/{name}"])
    assert (tiny / name).read_bytes() == before


def test_an_archive_is_no_source_of_the_next(tiny):
    before = Project(tiny).sources()
    (tiny / "countback.zip").touch()
    assert Project(tiny).sources() == before


EPOCHS = ["x", "-5", "1e5", "1" + "0" * 20, "1_000", "0x10", "١٢", "１２", "nan", "1.5", "\x1b[2J", "9" * 5000]


@pytest.mark.parametrize("epoch", EPOCHS, ids=lambda e: ascii(e[:20]))
@pytest.mark.parametrize("command", ["book", "archive"])
def test_a_date_that_is_none(tiny, monkeypatch, command, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    words = ["-p", "trial=data/tiny", "--out", "new"] if command == "book" else []
    text = said([command, "--root", "tiny", *words])
    assert "is not a number of seconds since 1970; write one such as 1767225600" in text
    assert not Path("new").exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "a: 1",
        "date-released: x",
        "date-released: 2026-13-45",
        "date-released: [1]",
        "\0",
        "date-released: 2026-02-30",
    ],
)
def test_a_citation_without_a_date(tiny, content):
    (tiny / "CITATION.cff").write_text(content, encoding="utf-8")
    assert "tiny/CITATION.cff" in said(["archive", "--root", "tiny"])


# Members of a trial's folder


@pytest.mark.parametrize("member", ["trial.yml", "counts.csv", "reporting.csv", "claims/x.yml"])
@pytest.mark.parametrize("kind", ["folder", "loop", "socket", "device", "dangling", "huge"])
def test_a_member_that_is_no_file(folder, member, kind, monkeypatch):
    path = folder / member
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "socket":
        monkeypatch.chdir(path.parent)  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
        monkeypatch.chdir(folder.parents[1])
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(10**12)
    else:
        path.symlink_to({"loop": path.name, "device": "/dev/zero", "dangling": "nowhere"}[kind])
    named = path.with_name("nowhere") if kind == "dangling" else path
    assert named.relative_to(folder.parents[1]).as_posix() in said(["audit", "data/he2020"])


@pytest.mark.parametrize("name", ["\x1b[2J", "a\nb", "\u202ex", b"\xff", "x" * 250, "-rf"], ids=repr)
def test_a_name_of_a_folder_or_a_document(folder, name):
    name = os.fsdecode(name)
    (folder / "claims" / f"{name}.yml").write_text("document: x\nclaims: 3\n", encoding="utf-8")
    said(["audit", "data/he2020"])
    other = folder.rename(folder.with_name(name))
    with pytest.raises(InputError) as caught:
        load(other)
    assert "claims" in str(caught.value)


@pytest.mark.parametrize("out", ["own", "own/claims/new", "."])
def test_a_book_is_not_built_in_or_around_its_trial(tmp_path, monkeypatch, out):
    """What an earlier book laid out can be the trial of the next: it would be removed before it is read."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "place").mkdir()
    shutil.copytree(ROOT / "tests" / "tiny" / "data" / "tiny", "place/own")
    before = {p: p.is_file() and p.read_bytes() for p in tmp_path.rglob("*")}
    words = ["book", "--root", ROOT / "tests" / "tiny", "place/own", "--out", f"place/{out}"]
    assert "lies in or around place/own; name another folder with --out" in said(words)
    assert {p: p.is_file() and p.read_bytes() for p in tmp_path.rglob("*")} == before
