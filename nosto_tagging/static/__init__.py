"""Static pages: a page for each record of a data file, in constant memory."""

from __future__ import annotations

from nosto_tagging.static.pages import Summary, render
from nosto_tagging.static.records import Record, Records, read_records

__all__ = ["Record", "Records", "Summary", "read_records", "render"]
