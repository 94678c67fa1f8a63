"""The fuzzer, libFuzzer by way of atheris, which stops at the first promise that an input breaks.

``python -m fuzz.run 600`` looks for ten minutes, from the kept corpus on: inputs that reach something new go to
build/fuzz/found, one that breaks a promise to build/fuzz/finding-…, and the exit code is not zero.
``python -m fuzz.run FILE`` tries one again. ``python -m fuzz.run keep`` makes the corpus anew of it and of what was found.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable
from hashlib import sha1
from pathlib import Path

from fuzz import corpus

__all__ = ["main"]

_HERE = Path(__file__).parent
_BUILD = _HERE.parent.parent / "build" / "fuzz"
_KEPT, _FOUND, _MERGED = _BUILD / "kept", _BUILD / "found", _BUILD / "merged"
_ITSELF = [sys.executable, "-m", "fuzz.run", "libfuzzer"]
_LONGEST = 256


def main(what: str, *options: str) -> int:
    """Do what is asked for; gives the exit code."""
    if what == "libfuzzer":
        return _libfuzzer(*options)
    _FOUND.mkdir(parents=True, exist_ok=True)
    if what == "keep":
        return _keep()
    if what.isdecimal():
        return _look(seconds=int(what))
    from fuzz.targets import check

    check(Path(what).read_bytes())
    return 0


def _look(*, seconds: int) -> int:
    _files(_KEPT, corpus.read())
    code = _fuzzer(f"-max_total_time={seconds}", f"-dict={_HERE / 'tokens.dict'}", str(_FOUND), str(_KEPT))
    if code:
        finding = max(_BUILD.glob("finding-*"), key=lambda file: file.stat().st_mtime, default="none was written")
        sys.stdout.write(f"A finding; to see it again: PYTHONPATH=tests {sys.executable} -m fuzz.run {finding}\n")
    return code


def _keep() -> int:
    _files(_KEPT, corpus.read())
    _files(_MERGED, ())
    code = _fuzzer("-merge=1", str(_MERGED), str(_KEPT), str(_FOUND))
    kept = [each.read_bytes() for each in _MERGED.iterdir()]
    if code or not kept:
        return code or 1
    corpus.write(kept)
    return 0


def _files(folder: Path, inputs: Iterable[bytes]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for each in inputs:
        (folder / sha1(each, usedforsecurity=False).hexdigest()).write_bytes(each)


def _fuzzer(*arguments: str) -> int:
    # In a process of its own: libFuzzer ends the one that it runs in.
    options = (f"-max_len={_LONGEST}", "-timeout=20", f"-artifact_prefix={_BUILD}/finding-", "-print_final_stats=1")
    return subprocess.run([*_ITSELF, *options, *arguments], check=False).returncode


def _libfuzzer(*options: str) -> int:
    import atheris

    with atheris.instrument_imports(include=["nosto_tagging"]):
        from fuzz.targets import check

    # A merge starts the program again and again, by what is said to be its name.
    atheris.Setup([shlex.join(_ITSELF), *options], check)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
