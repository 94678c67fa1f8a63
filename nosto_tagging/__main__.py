"""The command ``nosto-tagging``, or a word on how to get it."""

from __future__ import annotations

import sys

from nosto_tagging.errors import MissingExtra

__all__ = ["main"]


def main() -> None:
    """Run the command line."""
    try:
        from nosto_tagging.cli import command  # noqa: PLC0415 - its packages may be absent
    except MissingExtra as missing:
        sys.exit(str(missing))
    command()


if __name__ == "__main__":
    main()
