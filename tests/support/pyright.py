"""Run pyright, or say that this machine cannot: its first run fetches a package of the npm registry."""

import os
import subprocess
import sys
from pathlib import Path

PYRIGHT = str(Path(sys.executable).with_name("pyright"))

if __name__ == "__main__":
    try:
        ready = subprocess.run([PYRIGHT, "--version"], capture_output=True, timeout=300, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        ready = False
    if ready:
        sys.exit(subprocess.run([PYRIGHT], check=False).returncode)
    sys.stdout.write("SKIPPED pyright: it could not fetch itself from the npm registry\n")
    sys.exit(1 if os.environ.get("NOSTO_TAGGING_STRICT") else 0)
