"""A catalogue in partitions, which the processes of a Dask cluster render: ``python catalogue.py products site``.

A partition is a file of JSON Lines, or a row group of a Parquet file; the first argument is a file, or a folder of
them. A third is the address of a scheduler whose workers are on other machines. They have to find the data, the
template and the folder of the pages under the same paths, and to have nosto_tagging and pyarrow installed.
"""
# Dask and pyarrow come with hardly any types.
# pyright: basic, reportMissingTypeStubs=false

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

from dask.distributed import Client, LocalCluster, as_completed
from pyarrow import parquet

from nosto_tagging import Product
from nosto_tagging.errors import InvalidRecord
from nosto_tagging.static import Summary, read_records, render

PAGE = Path(__file__).parent.resolve() / "product.html"
# A page's name comes from its product alone. {number} counts within a partition, and would be the same in each of them.
NAME = "{product_id}.html"


class Partition(NamedTuple):
    """A part of the catalogue that one process renders at a time."""

    path: Path
    group: int | None = None
    """Which row group of a Parquet file."""


class Rendered(NamedTuple):
    """What became of a partition, and what is wrong with the records of it that gave no page."""

    summary: Summary
    problems: list[str]


def partitions(catalogue: Path) -> Iterator[Partition]:
    """The parts of a file, or of all files of a folder."""
    for path in sorted(catalogue.iterdir()) if catalogue.is_dir() else [catalogue]:
        if path.suffix == ".parquet":
            with parquet.ParquetFile(path) as file:
                yield from (Partition(path, group) for group in range(file.num_row_groups))
        elif path.suffix == ".jsonl":
            yield Partition(path)


def rows(file: parquet.ParquetFile, group: int) -> Iterator[dict[str, Any]]:
    """The products of a row group, some in memory at a time, without the columns that are none of a product's."""
    columns = [name for name in file.schema_arrow.names if name in Product.model_fields]
    for batch in file.iter_batches(row_groups=[group], columns=columns):
        yield from batch.to_pylist(maps_as_pydicts="strict")


def rendered(partition: Partition, out: Path) -> Rendered:
    """The pages of a partition. A worker that is lost has another do it again, which writes only what is missing."""
    problems: list[str] = []

    def on_error(error: InvalidRecord) -> None:
        place = (
            partition.path.name if partition.group is None else f"{partition.path.name}, row group {partition.group}"
        )
        problems.append(f"{place}: record {error.number}: {error.message}")

    with ExitStack() as stack:
        if partition.group is None:
            records: Any = stack.enter_context(read_records(partition.path))
        else:
            records = rows(stack.enter_context(parquet.ParquetFile(partition.path)), partition.group)
        summary = render(PAGE, records, model="product", out=out, name=NAME, on_error=on_error)
    return Rendered(summary, problems)


def main(catalogue: str, out: str, scheduler: str | None = None) -> int:
    """Render all partitions; the exit code."""
    with ExitStack() as stack:
        # Processes and not threads, which would wait for each other: a page is Python's work.
        cluster = scheduler or stack.enter_context(
            LocalCluster(processes=True, threads_per_worker=1, dashboard_address=":0")
        )
        client = stack.enter_context(Client(cluster))
        parts = list(partitions(Path(catalogue).resolve()))
        # What is not pure is done again each time: data and template may have changed.
        futures = client.map(rendered, parts, out=Path(out).resolve(), pure=False)
        written = failed = unchanged = 0
        for _, (summary, problems) in as_completed(futures, with_results=True):
            for problem in problems:
                print(problem, file=sys.stderr)
            written += summary.written
            failed += summary.failed
            unchanged += summary.unchanged
    print(f"{Summary(written, failed, unchanged)} in {len(parts)} partitions")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
