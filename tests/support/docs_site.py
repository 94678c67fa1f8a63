"""The documentation's site, built once for all the tests that look at it: ``make docs`` builds it, too."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

__all__ = ["ROOT", "built"]

ROOT = Path(__file__).parent.parent.parent
_BUILD = ROOT / "build"
_SOURCES = ("docs", "nosto_tagging", "templates", "examples", "CHANGELOG.md", "SECURITY.md", "constraints.txt")


def built(*, anew: bool = False) -> Path:
    """The folder of the site, made of the sources as they are now. Two that want it at once wait for each other.

    Whatever Sphinx warns of is an error.
    """
    if importlib.util.find_spec("sphinx") is None:
        reason = "Sphinx is absent: pip install -r requirements-dev.txt"
        pytest.fail(reason) if os.environ.get("NOSTO_TAGGING_STRICT") == "1" else pytest.skip(reason)
    site, made = _BUILD / "docs", _BUILD / "docs.made"
    _BUILD.mkdir(exist_ok=True)
    with (_BUILD / "docs.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        sources = _fingerprint()
        if anew or not made.exists() or made.read_text() != sources:
            made.unlink(missing_ok=True)
            shutil.rmtree(site, ignore_errors=True)
            arguments = ["-m", "sphinx", "-W", "--keep-going", "-q", "-E", "-d", str(_BUILD / "docs.doctrees")]
            command = [sys.executable, *arguments, str(ROOT / "docs"), str(site)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                pytest.fail(f"The documentation could not be built:\n{done.stderr}", pytrace=False)
            made.write_text(sources)
    return site


def _fingerprint() -> str:
    found = hashlib.sha256()
    for source in _SOURCES:
        start = ROOT / source
        for path in sorted(start.rglob("*") if start.is_dir() else [start]):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return found.hexdigest()


if __name__ == "__main__":
    try:
        sys.stdout.write(f"The documentation, to open in a browser: {built(anew=True) / 'index.html'}\n")
    except pytest.fail.Exception as error:
        sys.exit(str(error))
