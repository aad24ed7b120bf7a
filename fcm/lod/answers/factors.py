"""One column of an answer while it is read: every distinct term is looked at once.

An answer of 200,000 rows names the same 2,000 areas over and over. Rows are therefore kept as
numbers of distinct terms, and numbers are read a column at a time. What a term means is decided in
`fcm.lod.columns` alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from fcm.lod.answers.columns import typed
from fcm.lod.answers.literals import XSD, kind

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from fcm.lod.answers.report import IllTyped

__all__ = ["Factors", "Rows", "distinct"]

Rows: TypeAlias = "slice | NDArray[np.int64]"

# Forms of which the value can be read a column at a time; all others are looked at one by one.
_FORMS = {
    XSD + "integer": r"^[+-]?[0-9]+$",
    XSD + "decimal": r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)$",
    XSD + "double": r"^[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$",
}
_FORMS[XSD + "float"] = _FORMS[XSD + "double"]
_MANY = 1000


class Factors:
    """The terms of one variable, piece by piece.

    Examples
    --------
    >>> import polars as pl
    >>> area = Factors()
    >>> area.add(slice(0, 3), pl.Series(["urn:a", "urn:b", "urn:a"]), None)
    >>> area.finish(4)
    (array(['urn:a', 'urn:b', 'urn:a', None], dtype=object), None)
    """

    def __init__(self) -> None:
        self._numbers: list[tuple[Rows, pl.Series, str, pl.Series | None]] = []
        self._texts: list[tuple[Rows, pl.Series, str | None]] = []
        self._coded: list[tuple[Rows, NDArray[np.int64]]] = []
        self._known: dict[tuple[str, str | None], int] = {}

    def add(
        self,
        rows: Rows,
        forms: pl.Series,
        datatype: str | None,
        *,
        values: pl.Series | None = None,
    ) -> None:
        """Add terms of one datatype.

        Parameters
        ----------
        rows : slice or ndarray of int
            Where they stand.
        forms : polars.Series of String
            IRIs, blank nodes and lexical forms, as many as rows; none is null.
        datatype : str or None
            Of literals.
        values : polars.Series of Float64, optional
            What the forms say, where that is known already.
        """
        if datatype in _FORMS:
            self._numbers.append((rows, forms, datatype, values))
        elif _mostly_distinct(forms, datatype):
            self._texts.append((rows, forms, datatype))
        else:
            texts, codes = distinct(forms)
            self.add_coded(rows, texts, [datatype] * len(texts), codes)

    def add_coded(
        self,
        rows: Rows,
        forms: list[str],
        datatypes: list[str | None],
        codes: NDArray[np.int64],
    ) -> None:
        """Add terms as distinct terms and the place of each row among them."""
        known = self._known
        if not known:
            known.update(zip(zip(forms, datatypes, strict=True), range(len(forms)), strict=True))
            if len(known) == len(forms):
                self._coded.append((rows, codes))
                return
            known.clear()
        places = np.fromiter(
            (known.setdefault(each, len(known)) for each in zip(forms, datatypes, strict=True)),
            np.int64,
            len(forms),
        )
        self._coded.append((rows, places[codes]))

    def finish(self, rows: int) -> tuple[NDArray[Any], IllTyped | None]:
        """Return the typed column of that many rows, as `fcm.lod.answers.columns.column` does."""
        whole: NDArray[Any] | None = None
        if self._numbers and not self._coded and not self._texts:
            whole = self._floats(rows)
        elif self._texts and not self._numbers and all(_is_text(each) for _, each in self._known):
            whole = np.full(rows, None, dtype=object)
            known = np.array([form for form, _ in self._known], dtype=object)
            for place, codes in self._coded:
                whole[place] = known[codes]
            for place, forms, _ in self._texts:
                whole[place] = forms.to_list()
        if whole is not None:
            whole.setflags(write=False)
            return whole, None
        for place, forms, datatype in (*(each[:3] for each in self._numbers), *self._texts):
            texts, codes = distinct(forms)
            self.add_coded(place, texts, [datatype] * len(texts), codes)
        found: list[tuple[str | None, str | None]] = list(self._known)
        all_codes = self._all_codes(rows)
        if all_codes.min(initial=0) < 0:
            all_codes[all_codes < 0] = len(found)
            found.append((None, None))
        return typed([form for form, _ in found], [each for _, each in found], all_codes)

    def _all_codes(self, rows: int) -> NDArray[np.int64]:
        """Return the number of the term of each row; -1 where none is bound."""
        place, codes = self._coded[0] if self._coded else (None, np.empty(0, dtype=np.int64))
        if isinstance(place, slice) and len(codes) == rows:
            return codes
        every = np.full(rows, -1, dtype=np.int64)
        for place, codes in self._coded:
            every[place] = codes
        return every

    def _floats(self, rows: int) -> NDArray[np.float64] | None:
        import polars as pl

        numbers = np.full(rows, np.nan)
        for place, forms, datatype, values in self._numbers:
            if values is None and not forms.str.contains(_FORMS[datatype]).all():
                return None
            floats = (forms.cast(pl.Float64) if values is None else values).to_numpy()
            if isinstance(place, slice) and len(floats) == rows:
                return floats
            numbers[place] = floats
        return numbers


def _is_text(datatype: str | None) -> bool:
    return datatype is None or kind(datatype) == "text"


def _mostly_distinct(forms: pl.Series, datatype: str | None) -> bool:
    """Return whether these are texts that hardly ever repeat, such as names of observations."""
    return _is_text(datatype) and len(forms) > _MANY and forms.n_unique() > len(forms) // 2


def distinct(forms: pl.Series) -> tuple[list[str], NDArray[np.int64]]:
    """Return the distinct texts of a column in order of their last row, and the place of each row.

    Examples
    --------
    >>> import polars as pl
    >>> distinct(pl.Series(["b", "a", "b"]))
    (['a', 'b'], array([1, 0, 1]))
    """
    import polars as pl

    if not len(forms):
        return [], np.empty(0, dtype=np.int64)
    ids = forms.cast(pl.Categorical).to_physical().to_numpy()
    # The ids are those of all columns of the process: number the ones that are here.
    last = np.full(int(ids.max()) + 1, -1, dtype=np.int64)
    last[ids] = np.arange(len(ids))
    here = np.sort(last[last >= 0])
    place = np.empty(len(last), dtype=np.int64)
    place[ids[here]] = np.arange(len(here))
    texts: list[str] = forms.gather(here).cast(pl.String).to_list()
    return texts, place[ids]
