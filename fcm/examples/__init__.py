"""Studies that ship with the library, with their data, sources and terms.

>>> from fcm import examples
>>> examples.names()
('madrid',)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from fcm.errors import FileError, nearest

if TYPE_CHECKING:
    from fcm.study import Study

__all__ = ["load", "names", "path"]

_HERE = Path(__file__).parent


def names() -> tuple[str, ...]:
    """Return the names of the shipped studies."""
    return tuple(sorted(each.parent.name for each in _HERE.glob("*/study.toml")))


def path(name: str) -> Path:
    """Return the folder of a shipped study.

    Raises
    ------
    FileError
        If there is no such study.
    """
    if name not in names():
        raise FileError(f"no shipped study is called {name!r}. {nearest(name, names())}")
    return _HERE / name


def load(name: str) -> Study:
    """Return a shipped study.

    Parameters
    ----------
    name : str
        "madrid": car access, cycling, clean streets and clean air in Madrid, 2015-2019.

    Raises
    ------
    FileError
        If there is no such study.
    """
    from fcm.study import Study

    return Study.read(path(name) / "study.toml")
