"""What the families of hostile values are made of: what runs when it gets out, and the types of the tables."""

from __future__ import annotations

from typing import TypeAlias

__all__ = ["FRAME", "IMG", "RUN", "SCRIPT", "SVG", "Rows", "Section"]

Rows: TypeAlias = tuple[tuple[str, str], ...]
"""Names and values."""

Section: TypeAlias = tuple[str, Rows]
"""A trick, and values that play it."""

RUN = "window.canary=1"
SCRIPT = f"<script>{RUN}</script>"
IMG = f"<img src=x onerror={RUN}>"
SVG = f"<svg onload={RUN}>"
# A frame has a window of its own, and the page looks at its own only.
FRAME = "parent.canary=1"
