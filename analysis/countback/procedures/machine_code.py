"""Machine code of the loops over tables: made once, kept on disk, loaded without a compiler.

numba compiles a kernel, with the kernels that it calls, into one loop over rows. The loop is kept as an object file,
which llvmlite alone (numba's own back end) loads in some hundredths of a second; to load its own cache numba has to be
imported as a whole, which takes half a second and more.
"""

import ctypes
import hashlib
import math
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache, lru_cache
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from types import FunctionType
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

__all__ = ["Loop", "folder", "kept", "kernel", "loop"]

#: Runs rows ``first`` to ``last`` of the counts (int64, a row for each) into the values (float64, a row for each).
Loop = Callable[[npt.NDArray[np.int64], int, int, npt.NDArray[np.float64], Sequence[Any]], None]

#: What is said on standard error when the first loop of a process is compiled.
COMPILING = "countback: compiling procedures once for this environment ..."

#: Functions that numba makes beside each compiled one for calls from Python, which these loops do without.
_WRAPPERS = ("_ZN7cpython", "cfunc.")

_KERNELS: set[FunctionType] = set()

#: Engines whose code is in use: it goes when they go.
_ENGINES: list[Any] = []

F = TypeVar("F", bound=Callable[..., Any])


def kernel(function: F) -> F:
    """Mark a scalar function of counts as one that may be compiled."""
    assert isinstance(function, FunctionType)
    _KERNELS.add(function)
    return function


# --------------------------------------------------------------------------------------------------
# The loops that numba compiles: `scalar` is replaced by the compiled kernel; counts and values are in one block each.

scalar: Callable[..., Any] = math.nan  # type: ignore[assignment]


def _one_arm_one_value(counts: Any, length: Any, first: Any, last: Any, out: Any, constants: Any) -> None:
    for i in range(first, last):
        out[i] = scalar(counts[i], counts[length + i], *constants)


def _one_arm_two_values(counts: Any, length: Any, first: Any, last: Any, out: Any, constants: Any) -> None:
    for i in range(first, last):
        out[i], out[length + i] = scalar(counts[i], counts[length + i], *constants)


def _two_arms_one_value(counts: Any, length: Any, first: Any, last: Any, out: Any, constants: Any) -> None:
    for i in range(first, last):
        out[i] = scalar(counts[i], counts[length + i], counts[2 * length + i], counts[3 * length + i], *constants)


def _two_arms_two_values(counts: Any, length: Any, first: Any, last: Any, out: Any, constants: Any) -> None:
    for i in range(first, last):
        out[i], out[length + i] = scalar(
            counts[i], counts[length + i], counts[2 * length + i], counts[3 * length + i], *constants
        )


_LOOPS: dict[tuple[int, int], FunctionType] = {
    (2, 1): _one_arm_one_value,  # type: ignore[dict-item]
    (2, 2): _one_arm_two_values,  # type: ignore[dict-item]
    (4, 1): _two_arms_one_value,  # type: ignore[dict-item]
    (4, 2): _two_arms_two_values,  # type: ignore[dict-item]
}


# --------------------------------------------------------------------------------------------------
# Getting hold of a loop


def loop(function: Callable[..., Any], columns: int, outputs: int, constants: Sequence[Any]) -> Loop:
    """Compiled loop over a kernel: from this process, from disk, or compiled now.

    Parameters
    ----------
    function
        A kernel.
    columns, outputs
        How many counts it takes and how many numbers it returns.
    constants
        Its further arguments, of which the types count alone: whole numbers, floats, and arrays of float64.
    """
    assert isinstance(function, FunctionType)
    return _loop(function, columns, outputs, "".join(map(_kind, constants)))


def _kind(constant: Any) -> str:
    if isinstance(constant, np.ndarray):
        return "p"
    return "d" if isinstance(constant, float) else "i"


@cache
def _loop(function: FunctionType, columns: int, outputs: int, kinds: str) -> Loop:
    path = _path(function, columns, outputs, kinds)
    code = kept(path) if path else None
    if code is None:
        code = _compiled_loop(function, columns, outputs, kinds)
        if path:
            _keep(path, code)
    return _callable(*code, kinds)


def _callable(entry: str, binary: bytes, kinds: str) -> Loop:
    """Function that runs a loop, whose code is put in place here."""
    llvm = _llvm()
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _target_machine())
    engine.add_object_file(llvm.ObjectFileRef.from_data(binary))
    engine.finalize_object()
    _ENGINES.append(engine)
    c = {"i": ctypes.c_int64, "d": ctypes.c_double, "p": ctypes.c_void_p}
    # Of numba's calling convention: a place for the returned value and one for an exception, then the arguments.
    arguments: list[Any] = [ctypes.c_void_p, ctypes.c_void_p, *(c[kind] for kind in "piiip" + kinds)]
    native = ctypes.CFUNCTYPE(ctypes.c_int32, *arguments)(engine.get_function_address(entry))

    def run(
        counts: npt.NDArray[np.int64], first: int, last: int, out: npt.NDArray[np.float64], constants: Sequence[Any]
    ) -> None:
        assert counts.flags.c_contiguous and out.flags.c_contiguous
        given = [c.ctypes.data if isinstance(c, np.ndarray) else c for c in constants]
        places = (ctypes.c_void_p * 2)()
        start = ctypes.addressof(places)
        where = start + ctypes.sizeof(ctypes.c_void_p)
        status = native(start, where, counts.ctypes.data, counts.shape[1], first, last, out.ctypes.data, *given)
        if status != 0:
            raise RuntimeError(f"{entry} stopped with status {status}")

    return run


# --------------------------------------------------------------------------------------------------
# On disk


def kept(path: Path) -> tuple[str, bytes] | None:
    """Name of the loop and code that a file holds; None where there is none, or it is damaged."""
    try:
        digest, entry, binary = path.read_bytes().split(b"\n", 2)
    except (OSError, ValueError):
        return None
    if hashlib.sha256(entry + b"\n" + binary).hexdigest().encode() != digest:
        return None
    return entry.decode(), binary


def _keep(path: Path, code: tuple[str, bytes]) -> None:
    """Write a file whole or not at all: others may read it, or write it, at the same time."""
    body = code[0].encode() + b"\n" + code[1]
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        try:
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
    except OSError:
        return  # a full disk: the next process compiles again


def _path(function: FunctionType, columns: int, outputs: int, kinds: str) -> Path | None:
    where = folder()
    module = function.__module__.rsplit(".", 1)[-1]
    return where / f"{module}.{function.__name__}-{columns}{outputs}{kinds}.code" if where else None


@lru_cache(maxsize=1)
def folder() -> Path | None:
    """Where code is kept: a folder of its own for each state of the sources and kind of processor, or nowhere.

    It must be this user's alone: what lies in it is run.
    """
    llvm = _llvm()
    digest = hashlib.sha256(
        repr((version("numba"), llvm.llvm_version_info, llvm.get_host_cpu_name(), _features())).encode()
    )
    for source in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(source.read_bytes())
    for root in _roots():
        try:
            above = Path(root).expanduser()
            where = above / digest.hexdigest()[:16]
            above.mkdir(mode=0o700, parents=True, exist_ok=True)
            where.mkdir(mode=0o700, exist_ok=True)
            with tempfile.TemporaryFile(dir=where):
                pass
            if _is_own(above) and _is_own(where):  # the one above too: who owns that could put another in its place
                return where
        except (OSError, RuntimeError):
            continue
    return None


def _is_own(place: Path) -> bool:
    """Whether nobody else can write into a folder, or exchange it."""
    state = place.lstat()
    return not hasattr(os, "getuid") or (state.st_uid == os.getuid() and not state.st_mode & 0o022)


def _roots() -> Iterator[str]:
    for name in ("NUMBA_CACHE_DIR", "XDG_CACHE_HOME"):
        if root := os.environ.get(name):
            yield f"{root}/countback"
    yield "~/.cache/countback"
    yield f"{tempfile.gettempdir()}/countback-{os.getuid() if hasattr(os, 'getuid') else 'code'}"


# --------------------------------------------------------------------------------------------------
# Compiling


@cache
def _llvm() -> Any:
    llvm = import_module("llvmlite.binding")
    with suppress(RuntimeError):  # not needed from llvmlite 0.45 on, which refuses it
        llvm.initialize()
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm


@cache
def _features() -> str:
    features: str = _llvm().get_host_cpu_features().flatten()
    return features


@cache
def _target_machine() -> Any:
    llvm = _llvm()
    target = llvm.Target.from_default_triple()
    return target.create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=_features(), opt=3, reloc="default", codemodel="jitdefault", jit=True
    )


def _compiled_loop(function: FunctionType, columns: int, outputs: int, kinds: str) -> tuple[str, bytes]:
    """Name and machine code of a loop over a kernel."""
    _say_once()
    types: Any = import_module("numba").types
    by_kind = {"i": types.int64, "d": types.float64, "p": types.CPointer(types.float64)}
    constants = types.BaseTuple.from_types([by_kind[kind] for kind in kinds])
    plain = _LOOPS[columns, outputs]
    scope = {**plain.__globals__, "scalar": _compiled(function)}
    compiled = _njit(FunctionType(plain.__code__, scope, plain.__name__))
    whole = types.int64
    compiled.compile(types.void(types.CPointer(whole), whole, whole, whole, types.CPointer(types.float64), constants))
    signature = compiled.signatures[0]
    entry: str = compiled.overloads[signature].fndesc.llvm_func_name
    module = _llvm().parse_assembly(_without_wrappers(compiled.inspect_llvm(signature)))
    return entry, _target_machine().emit_object(module)


def _without_wrappers(code: str) -> str:
    """LLVM's text of a module without the functions that only Python would call."""
    lines, inside = [], False
    for line in code.splitlines():
        if line.startswith("define") and any(f"@{name}" in line or f'@"{name}' in line for name in _WRAPPERS):
            inside = True
        if not inside:
            lines.append(line)
        elif line == "}":
            inside = False
    return "\n".join(lines)


@cache
def _compiled(function: FunctionType) -> Any:
    """Compile a kernel, with the kernels that it calls."""
    scope = dict(function.__globals__)
    for name in function.__code__.co_names:
        callee = scope.get(name)
        if isinstance(callee, FunctionType) and callee in _KERNELS:
            scope[name] = _compiled(callee)
    return _njit(FunctionType(function.__code__, scope, function.__name__))


def _njit(function: FunctionType) -> Any:
    return import_module("numba").njit(function, nogil=True, error_model="numpy")


@cache
def _say_once() -> None:
    if "ipykernel" not in sys.modules:  # in a notebook it would become a part of the page
        print(COMPILING, file=sys.stderr, flush=True)
