"""One table and a million: the same numbers, whatever comes in."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tables import TWO_ARM_TESTS, UNCONDITIONAL, random_tables

from countback import catalogue
from countback.procedures import batch, machine_code

COUNTS_ONLY = [key for key, p in catalogue.items() if p.kind in ("test", "interval", "effect", "index")]


def arguments(key: str, table: tuple) -> tuple:
    return tuple(table[: 2 * catalogue[key].arms])


@pytest.mark.parametrize("key", COUNTS_ONLY)
def test_scalars_give_floats_and_arrays_arrays(key: str) -> None:
    table = random_tables(4, 12, 1)
    many = catalogue[key](*arguments(key, table))
    many = many if isinstance(many, tuple) else (many,)
    for i in range(4):
        one = catalogue[key](*arguments(key, tuple(int(column[i]) for column in table)))
        one = one if isinstance(one, tuple) else (one,)
        assert all(type(value) is float for value in one)
        np.testing.assert_array_equal([row[i] for row in many], one)
    assert all(row.dtype == np.float64 and row.shape == (4,) for row in many)


def test_numpy_and_whole_floats_are_counts() -> None:
    expected = catalogue["p_pearson"](16, 29, 9, 30)
    for kind in (np.int32, np.uint8, np.float64, float, np.array):
        value = catalogue["p_pearson"](kind(16), kind(29), kind(9), kind(30))
        assert type(value) is float and value == expected


def test_arrays_broadcast() -> None:
    p = catalogue["p_pearson"](np.arange(5)[:, None], 29, np.arange(3), 30)
    assert p.shape == (5, 3)
    assert p[4, 2] == catalogue["p_pearson"](4, 29, 2, 30)
    lower, upper = catalogue["rd_mn"]([[16]], 29, [9, 11], 30)
    assert lower.shape == upper.shape == (1, 2)


@pytest.mark.parametrize("key", COUNTS_ONLY)
def test_every_entry_minds_no_setting_of_numpy(key: str) -> None:
    tables = [(0, 1, 0, 1), (1, 1, 40, 80), (0, 300, 0, 2), (150, 150, 1, 90), (3, 10, 7, 20)]
    with np.errstate(all="raise"):
        catalogue[key](*arguments(key, tuple(np.array(tables).T)))
        for table in tables:
            catalogue[key](*arguments(key, table))


@pytest.mark.parametrize("key", ["p_pearson", "p_fisher_2s", "rd_mn", "p_boschloo_2s", "fragility_index"])
def test_no_tables_give_no_values(key: str) -> None:
    empty = np.array([], dtype=int)
    value = catalogue[key](empty, empty, empty, empty)
    assert (value[0] if isinstance(value, tuple) else value).shape == (0,)


@pytest.mark.parametrize("key", ["p_pearson", "p_boschloo_2s", "fragility_index", "rd_mn"])
@pytest.mark.parametrize(
    ("table", "message"),
    [
        ((31, 30, 9, 30), "31 events of 30"),
        ((-1, 30, 9, 30), "-1 events of 30"),
        ((0, 0, 9, 30), "0 events of 0"),
        ((1.5, 30, 9, 30), "whole numbers"),
        ((float("nan"), 30, 9, 30), "whole numbers"),
        (("16", 30, 9, 30), "whole numbers"),
        (([3, 31], 30, 9, 30), r"31 events of 30 \(row 1\)"),
    ],
)
def test_what_are_no_counts_is_refused(key: str, table: tuple, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        catalogue[key](*table)


@pytest.mark.parametrize("key", ["p_pearson", "wilson"])
def test_too_few_or_too_many_counts(key: str) -> None:
    with pytest.raises(TypeError, match=f"{key} takes the counts"):
        catalogue[key](1, 2, 3)


@pytest.mark.parametrize(
    "key",
    [
        "p_pearson",
        "p_g",
        "p_fisher_2s",
        "p_midp_minlike",
        "p_blaker",
        "p_student_t",
        "rd_newcombe",
        "rd_mn",
        "rr_mn",
        "or_exact",
        "or_minlike",
        "wilson",
        "cp",
        "fragility_index",
    ],
)
def test_compiled_code_gives_the_same_numbers(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table = arguments(key, random_tables(3000 if key != "or_minlike" else 300, 200, 77))
    monkeypatch.setattr(batch, "COMPILE_FROM", 10**12)
    plain = catalogue[key](*table)
    monkeypatch.setattr(batch, "COMPILE_FROM", 0)
    monkeypatch.setattr(batch, "CHUNK", 1000)  # several chunks, the last one short
    np.testing.assert_allclose(catalogue[key](*table), plain, rtol=1e-12, atol=0)


@pytest.mark.parametrize("key", [key for key in TWO_ARM_TESTS if key not in UNCONDITIONAL])
def test_huge_arms_in_every_test(key: str) -> None:
    tables = [
        (0, 100_000, 1, 100_000),
        (50_000, 100_000, 50_500, 100_000),
        (1, 1, 99_999, 100_000),
        (1, 200_745, 142, 1),
    ]
    for table in tables[:3]:
        p = catalogue[key](*table)
        assert p != p or 0 <= p <= 1


def process(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )


def run(code: str, **environment: str) -> str:
    return process(code, **environment).stdout.strip()


def test_one_table_loads_nothing_heavy() -> None:
    code = (
        "import sys; from countback import catalogue\n"
        "for p in catalogue.values():\n"
        "    if p.kind in ('test', 'interval', 'effect', 'index'):\n"
        "        p(*(16, 29, 9, 30)[:2 * p.arms])\n"
        "print(sorted({'numba', 'scipy', 'pandas', 'statsmodels'} & set(sys.modules)))"
    )
    assert run(code) == "[]"


LARGE = (
    "import numpy as np; from countback import catalogue; from countback.procedures import batch\n"
    "batch.COMPILE_FROM = 0\n"
    "print(catalogue['p_pearson'](np.array([16, 7]), [29, 13], [9, 2], [30, 12]).tolist())"
)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A folder that holds the code of one procedure, and what the process printed that compiled it."""
    place = tmp_path_factory.mktemp("compiled")
    first = process(LARGE, NUMBA_CACHE_DIR=str(place))
    assert first.stderr.splitlines() == [machine_code.COMPILING]
    return place, first.stdout.strip()


@pytest.fixture
def kept(compiled: tuple[Path, str], tmp_path: Path) -> Path:
    """A copy of that folder, to spoil."""
    return shutil.copytree(compiled[0], tmp_path / "kept")


def test_compiled_code_is_kept_and_found_again(compiled: tuple[Path, str]) -> None:
    place, first = compiled
    written = {path: path.stat().st_mtime_ns for path in place.rglob("*.code")}
    assert len(written) == 1
    again = process(LARGE, NUMBA_CACHE_DIR=str(place))
    assert (again.stdout.strip(), again.stderr) == (first, "")
    assert written == {path: path.stat().st_mtime_ns for path in place.rglob("*.code")}


def test_kept_code_needs_no_compiler(compiled: tuple[Path, str]) -> None:
    code = LARGE + "\nimport sys; print(sorted({'numba', 'scipy'} & set(sys.modules)))"
    assert run(code, NUMBA_CACHE_DIR=str(compiled[0])).splitlines()[-1] == "[]"


def test_a_damaged_file_is_not_taken(kept: Path) -> None:
    (path,) = kept.rglob("*.code")
    whole = path.read_bytes()
    assert machine_code.kept(path) is not None
    for broken in (b"", b"no code", b"0" * 64 + b"\nname\ncode", whole[: len(whole) // 2], whole[:-1] + b"?"):
        path.write_bytes(broken)
        assert machine_code.kept(path) is None


def test_a_damaged_file_is_made_anew(compiled: tuple[Path, str], kept: Path) -> None:
    (path,) = kept.rglob("*.code")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert run(LARGE, NUMBA_CACHE_DIR=str(kept)) == compiled[1]
    assert path.read_bytes() == whole


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no such modes here")
def test_code_is_not_taken_from_a_folder_that_others_may_write_to(kept: Path, tmp_path: Path) -> None:
    mine, other = kept, tmp_path / "other"
    (path,) = mine.rglob("*.code")
    path.parent.chmod(0o777)
    done = process(LARGE, NUMBA_CACHE_DIR=str(mine), XDG_CACHE_HOME=str(other))
    assert done.stderr.splitlines() == [machine_code.COMPILING]
    assert [found.name for found in other.rglob("*.code")] == [path.name]


def test_whether_code_is_at_hand_never_changes_a_number(tmp_path: Path) -> None:
    """The size of the batch alone decides between plain Python and machine code."""
    code = LARGE.replace("batch.COMPILE_FROM = 0\n", "")
    run(code, NUMBA_CACHE_DIR=str(tmp_path))
    assert list(tmp_path.rglob("*.code")) == []


def test_compiled_code_needs_no_folder_to_write_to(compiled: tuple[Path, str], tmp_path: Path) -> None:
    """A file where each folder would have to be stands for a disk that cannot be written."""
    blocked = tmp_path / "file"
    blocked.write_text("")
    nowhere = {name: str(blocked) for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME", "HOME", "TMPDIR")}
    code = f"import tempfile; tempfile.tempdir = {str(blocked)!r}\n" + LARGE
    assert run(code, **nowhere) == compiled[1]


def test_several_processes_may_compile_at_once(tmp_path: Path) -> None:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(tmp_path)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", LARGE], env=environment, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    outputs = {process.communicate()[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert len(outputs) == 1


BLOCKED = """
import sys
ALLOWED = {'numpy', 'scipy', 'numba', 'llvmlite', 'countback', *sys.stdlib_module_names}
class Block:
    def find_spec(self, name, path=None, target=None):
        first, _, rest = name.partition('.')
        if first.startswith('_sysconfigdata'):  # Python's own, under a name that depends on the platform
            return None
        if first not in ALLOWED or (first == 'countback' and rest and rest.split('.')[0] != 'procedures'):
            raise ModuleNotFoundError(f'{name} is blocked', name=name)
sys.meta_path.insert(0, Block())
"""


def test_numpy_scipy_and_numba_are_all_that_the_package_needs(tmp_path: Path) -> None:
    everything = (
        "import pkgutil, importlib, countback.procedures as package\n"
        "for module in pkgutil.iter_modules(package.__path__):\n"
        "    importlib.import_module(f'countback.procedures.{module.name}')\n"
        "from countback.procedures import panel\n"
        "panel.values((7, 13, 2, 12), 0.95); panel.p_values((7, 13, 2, 12))\n"
    )
    run(BLOCKED + everything + LARGE, NUMBA_CACHE_DIR=str(tmp_path))


def test_the_block_of_imports_blocks() -> None:
    for name in ("pydantic", "pandas", "click", "countback.trial"):
        assert run(BLOCKED + f"try:\n    import {name}\nexcept ModuleNotFoundError:\n    print('blocked')") == "blocked"
