"""Ways of drawing: how the random numbers behind an ensemble are spread over its draws.

A way of drawing knows neither maps nor weights. It gives rows of independent standard numbers,
uniform or normal; what they mean is the business of the weights that are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LatinHypercube", "Method", "MonteCarlo"]


@runtime_checkable
class Method(Protocol):
    """What the library asks of a way of drawing."""

    def blocks(
        self, rng: np.random.Generator, draws: int, k: int, *, batch: int, normal: bool
    ) -> Iterator[NDArray[np.float64]]:
        """Yield all draws in blocks of at most `batch` rows.

        Parameters
        ----------
        rng : Generator
        draws : int
            Number of rows in all.
        k : int
            Numbers in a row.
        batch : int, 1 or more
            What is drawn must not depend on it.
        normal : bool
            Whether the numbers are standard normal, or uniform over [0, 1].
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class MonteCarlo:
    """Independent draws: the first of many are what fewer would have been.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> [len(rows) for rows in MonteCarlo().blocks(rng, 5, 2, batch=3, normal=False)]
    [3, 2]
    """

    def blocks(
        self, rng: np.random.Generator, draws: int, k: int, *, batch: int, normal: bool
    ) -> Iterator[NDArray[np.float64]]:
        """Yield independent rows."""
        for low in range(0, draws, batch):
            shape = (min(batch, draws - low), k)
            yield rng.standard_normal(shape) if normal else rng.random(shape)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatinHypercube:
    """Draws that cover every single weight evenly: one in each of `draws` equally likely strata.

    Means and quantiles come closer with the same number of draws where the answer is nearly a sum
    of what each weight does; it is never far behind independent draws. The draws are not
    independent, so their scatter tells nothing of the error that remains. Of weights that are tied
    by a covariance, the independent factors behind them are covered evenly.

    References
    ----------
    McKay, M. D., Beckman, R. J., & Conover, W. J. (1979). A comparison of three methods for
    selecting values of input variables in the analysis of output from a computer code.
    Technometrics 21(2), 239-245. doi:10.1080/00401706.1979.10489755

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> (rows,) = LatinHypercube().blocks(rng, 4, 2, batch=10, normal=False)
    >>> np.sort(np.floor(4 * rows), axis=0).T
    array([[0., 1., 2., 3.],
           [0., 1., 2., 3.]])
    """

    def blocks(
        self, rng: np.random.Generator, draws: int, k: int, *, batch: int, normal: bool
    ) -> Iterator[NDArray[np.float64]]:
        """Yield rows whose columns each hold one number per stratum."""
        strata = rng.permuted(np.repeat(np.arange(draws)[:, None], k, axis=1), axis=0)
        for low in range(0, draws, batch):
            block = strata[low : low + batch]
            shares = (block + rng.random(block.shape)) / draws
            yield _normal(shares) if normal else shares


def _normal(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.special import ndtri

    least = np.finfo(np.float64).eps / 2
    quantiles: NDArray[np.float64] = ndtri(np.clip(shares, least, 1 - least))
    return quantiles
