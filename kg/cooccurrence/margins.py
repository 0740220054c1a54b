"""Margins: how many figures of a context show an entity, and how many figures there are."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kg.cooccurrence.instances import Codes
from kg.cooccurrence.statistics import Ints

_CODE_BITS = 31
"""Bits of the code of an entity or a context."""


class Margins:
    """The tables `entity_codes`, `marginals` and `universe_sizes` as arrays, at the index of an entity or a context."""

    def __init__(self, codes: pa.Table, marginals: pa.Table, universes: pa.Table) -> None:
        """Read the tables, in any order."""
        self.taxon = _at(codes["entity"].to_numpy(), codes["taxon"].to_numpy())
        """Context of each entity; 0 for one that pairs in every context."""
        self._universe = _at(universes["context"].to_numpy(), universes["figures"].to_numpy(), len(self.taxon))
        context, entity, figures = (marginals[name].to_numpy() for name in ("context", "entity", "figures"))
        home = context == self.taxon[entity]
        self._at_home = _at(entity[home], figures[home], len(self.taxon))
        self._abroad = pa.array(_key(context[~home], entity[~home]))
        self._figures_abroad = np.append(figures[~home], 0).astype(np.int32)

    def context(self, one: Codes, other: Codes) -> Codes:
        """Return the contexts of pairs of entities."""
        return np.maximum(self.taxon[one], self.taxon[other])

    def figures(self, context: Codes, entity: Codes) -> Codes:
        """Return the figures of a context that show the entity; 0 where the table has none."""
        figures = self._at_home[entity]
        abroad = np.flatnonzero(self.taxon[entity] != context)
        keys = pa.array(_key(context[abroad], entity[abroad]))
        row = pc.index_in(keys, self._abroad).fill_null(len(self._abroad))
        figures[abroad] = self._figures_abroad[row.to_numpy()]
        return figures

    def universe(self, context: Codes) -> Codes:
        """Return the figures of the universe of a context; 0 where the table has none."""
        return self._universe[context]


def _at(index: Codes, values: Codes, least: int = 1) -> Codes:
    array = np.zeros(max(least, int(index.max(initial=0)) + 1), dtype=np.int32)
    array[index] = values
    return array


def _key(context: Codes, entity: Codes) -> Ints:
    return context.astype(np.int64) << _CODE_BITS | entity
