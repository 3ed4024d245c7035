"""Signatures of a manifest, made and checked by OpenSSH (``ssh-keygen -Y``) in the namespace ``countback``."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from countback.errors import InputError
from countback.files import read_bytes, read_text, shown, write

NAMESPACE = "countback"

LARGEST_KEY = 100_000
"""Bytes of a file that may be a public key."""


def signature_of(file: Path) -> Path:
    """Path of a file's signature, beside it."""
    return file.with_name(f"{file.name}.sig")


def sign(file: Path, key: Path) -> Path:
    """Sign a file with a private key; the signature of an earlier state is replaced once there is another.

    Raises
    ------
    InputError
        If ssh-keygen is missing or refuses the key.
    """
    _present(key, "the private key")
    _present(file, "the manifest")
    done = _keygen("sign", "-f", _argument(key), "-n", NAMESPACE, content=read_bytes(file))
    if done.returncode or not done.stdout:
        raise InputError(f"{shown(key)}: cannot sign {shown(file)}: {_reason(done)}")
    write(signature_of(file), done.stdout)
    return signature_of(file)


def is_signed_by(file: Path, key: Path) -> bool:
    """Whether a file's signature was made with the private half of a public key.

    Raises
    ------
    InputError
        If the key or the signature is missing, or the key is not a public one.
    """
    _present(key, "the public key")
    _present(signature_of(file), "the signature")
    text = read_text(key, LARGEST_KEY).strip()
    if len(text.splitlines()) != 1 or not text.startswith(("ssh-", "ecdsa-", "sk-")):
        raise InputError(f"{shown(key)}: not a public key of OpenSSH; name the file that ends in .pub")
    with tempfile.TemporaryDirectory(prefix="countback-") as scratch:
        allowed = Path(scratch) / "allowed_signers"
        allowed.write_text(f'{NAMESPACE} namespaces="{NAMESPACE}" {text}\n', encoding="utf-8")
        done = _keygen(
            "verify", "-f", str(allowed), "-I", NAMESPACE, "-n", NAMESPACE, "-s", _argument(signature_of(file)),
            content=read_bytes(file),
        )  # fmt: skip
    return done.returncode == 0


def _present(path: Path, what: str) -> None:
    if not path.is_file():
        raise InputError(f"{shown(path)}: {what} is missing")


def _argument(path: Path) -> str:
    """Path that is not taken for an option."""
    return str(path) if path.is_absolute() else f"./{path}"


def _keygen(*arguments: str, content: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["ssh-keygen", "-Y", *arguments], input=content, capture_output=True, check=False)
    except OSError:
        raise InputError("ssh-keygen: is not installed; signatures need OpenSSH 8.0 or later") from None


def _reason(done: subprocess.CompletedProcess[bytes]) -> str:
    lines = done.stderr.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"
