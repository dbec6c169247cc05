"""Parquet files with more rows than should be copied: which they are."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from toolkit.data.files.read import FileSource

ROWS = 5_000_000  # together; below it a copy in memory is faster and small


def large_parquet(source: FileSource, folder: Path) -> list[Path]:
    """The files of a source if they are plain parquet with very many rows; else none, and they are read.

    Files that are not sound, differ in their columns or hold times with a zone are read, and their problems
    told, in the ordinary way.
    """
    paths = [(folder / name.replace("\0", "?")).resolve() for name in source.files]
    if any(p.suffix.lower() != ".parquet" or not p.is_relative_to(folder.resolve()) for p in paths):
        return []
    try:
        files = [pq.ParquetFile(path) for path in paths]
    except (pa.ArrowInvalid, OSError):
        return []
    schemas = [file.schema_arrow for file in files]
    names = {name.casefold() for name in schemas[0].names}
    odd = len(names) < len(schemas[0].names) or names & {"_file", "_row", "file_row_number", "file_index"}
    zoned = any(pa.types.is_timestamp(field.type) and field.type.tz for field in schemas[0])
    if odd or zoned or any(not schema.equals(schemas[0]) for schema in schemas):
        return []
    return paths if sum(file.metadata.num_rows for file in files) >= ROWS else []
