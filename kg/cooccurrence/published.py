"""The second pass over the pairs of a build: it adds q values and identifiers."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kg.cooccurrence import statistics
from kg.cooccurrence.significance import EntityCodes, QValues
from kg.cooccurrence.slices import WEIGHTS
from kg.cooccurrence.statistics import Floats
from kg.model.tables import ROW_GROUP, STATISTICS, TABLES, row_groups


class Scored(NamedTuple):
    """The files of a slice of pairs between the two passes."""

    pairs: Path
    """Rows with the columns of SCORED."""
    combinations: Path
    """Statistics by their numbers."""


class Statistics(NamedTuple):
    """The published statistics of the combinations of a slice."""

    place: npt.NDArray[np.intp]
    """By number: the place in the columns; the last one is that of a pair without a test."""
    columns: dict[str, Floats]


def published_pairs(
    name: str, parts: Iterable[Scored], codes: EntityCodes, q_values: QValues
) -> Iterator[pa.RecordBatch]:
    """Yield the rows of the published table `name`, in its order; `parts` are the slices of pairs in their order.

    A batch has no more than the rows of one row group. Texts are arrays of dictionary type.
    """
    dictionaries = EntityCodes(*(column.dictionary_encode() for column in codes))
    rows = 0
    for files in parts:
        statistics_of = _with_q(files.combinations, q_values)
        for group in row_groups(_batches(files.pairs), rows % ROW_GROUP):
            yield from (_published(TABLES[name], batch, statistics_of, dictionaries) for batch in group.to_batches())
            rows += group.num_rows


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    options = pa.ipc.IpcReadOptions(use_threads=False)
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source, options=options) as file:
        for number in range(file.num_record_batches):
            yield file.get_batch(number)


def _with_q(path: Path, q_values: QValues) -> Statistics:
    """Return the statistics by number as they are published, with q."""
    with pa.OSFile(str(path)) as source, pa.ipc.open_file(source) as file:
        numbers = file.get_batch(0)["statistics"]
    combinations = pa.Table.from_struct_array(numbers.dictionary)
    columns = {name: combinations[name].to_numpy() for name in STATISTICS}
    columns |= {"log10_p": statistics.significant(columns["log10_p"]), "q": _q(combinations, q_values)}
    place = np.append(numbers.indices.to_numpy(), len(combinations)).astype(np.intp)
    return Statistics(place, {name: np.append(values, 0.0) for name, values in columns.items()})


def _q(combinations: pa.Table, q_values: QValues) -> Floats:
    """Look up each test once, in the order of p, which takes a fraction of the time of a random order."""
    test = combinations["test"].to_numpy()
    code, log10_p = (np.empty(int(test.max(initial=-1)) + 1, dtype) for dtype in (np.int64, np.float64))
    code[test], log10_p[test] = combinations["code"].to_numpy(), combinations["log10_p"].to_numpy()
    q = np.empty(len(code))
    for group in np.unique(code).tolist():
        rows = slice(*np.searchsorted(code, [group, group + 1]))
        distinct_p, distinct_q = q_values[group]
        q[rows] = distinct_q[np.searchsorted(distinct_p, log10_p[rows])]
    return np.asarray(q[test])


def _published(
    schema: pa.Schema, batch: pa.RecordBatch, statistics_of: Statistics, codes: EntityCodes
) -> pa.RecordBatch:
    """Return the rows of the published table for some scored pairs."""
    subject, object_ = (pa.array(batch[end].to_numpy() - 1) for end in ("subject", "object"))
    combination = batch["combination"].fill_null(-1).to_numpy()
    mask = combination < 0 if batch["combination"].null_count else None
    place = statistics_of.place[combination]
    columns = {
        "subject_id": codes.entity_id.take(subject),
        "object_id": codes.entity_id.take(object_),
        "subject_category": codes.category.take(subject),
        "object_category": codes.category.take(object_),
        **{name: pa.array(values[place], mask=mask) for name, values in statistics_of.columns.items()},
    }
    if "weight" in schema.names:
        columns["weight"] = pa.array(batch["weights"].to_numpy() / WEIGHTS)
    if "taxon" in schema.names:
        columns["taxon"] = codes.taxon.take(batch["context"])
    return pa.record_batch(
        [columns[name] if name in columns else batch[name] for name in schema.names], names=schema.names
    )
