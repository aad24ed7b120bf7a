"""A box of states, moved one step at a time by interval arithmetic.

A box is an array (2, n): lower ends, upper ends. Every state of the box, under every weight matrix
between two bounds, lands in the next box. Whatever is rounded is rounded outward.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fcm.errors import DynamicsError
from fcm.inference.forms.perconcept import Mixed
from fcm.inference.forms.stepfunction import StepFunction
from fcm.inference.transfer import Bivalent, Saturated, Sigmoid, Tanh, Trivalent

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from fcm.inference.transfer import Transfer

__all__ = ["AT_REST", "BoxLaw", "closed_box", "shrunk"]

AT_REST = 1e-12
_ROUNDING = 4 * 2.0**-53
_AFTER_TRANSFER = 16 * 2.0**-52
_FAR = 1e300
# What an image lacks to be inside is given this much more than needed, against rounding.
_SURPLUS = 1.02
_MOST_WIDENED = 200


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoxLaw:
    """What a box obeys from step `first` on.

    Parameters
    ----------
    first : int
    low, high : ndarray of shape (n, n)
        Bounds of the weights with the own memory on the diagonal, [cause, effect].
    push : ndarray of shape (n,)
        Added to the net input.
    holds : ndarray of shape (2, n)
        Bounds of the value at which a concept is held; NaN where it is free.
    shares : ndarray of shape (n,)
        How much of the way from its present state to that value a held concept goes in a step.
    transfer : Transfer
        One that never falls.
    centred : bool
        Whether causes count from the middle, as ``2 A - 1``.

    Raises
    ------
    DynamicsError
        If the transfer is not known to be monotone and bounded.
    """

    first: int
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    push: NDArray[np.float64]
    holds: NDArray[np.float64]
    shares: NDArray[np.float64]
    transfer: Transfer
    centred: bool
    _size: NDArray[np.float64] = field(init=False)
    _range: NDArray[np.float64] = field(init=False)

    def __post_init__(self) -> None:
        if not _never_falls(self.transfer):
            raise DynamicsError(
                f"{self.transfer!r} is not known to be a bounded function that never falls, so its "
                "ends bound nothing; use one of the library's transfers, or sample()."
            )
        object.__setattr__(self, "_size", np.maximum(np.abs(self.low), np.abs(self.high)))
        ends = np.tile([[-_FAR], [_FAR]], len(self.push))
        object.__setattr__(self, "_range", _squashed(self.transfer, ends))

    def __call__(self, box: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the box in which every state lands after one step."""
        sent = 2.0 * box - 1.0 if self.centred else box
        corners = [bound * end[:, None] for bound in (self.low, self.high) for end in sent]
        net = np.array(
            [
                np.minimum.reduce(corners).sum(axis=0) + self.push,
                np.maximum.reduce(corners).sum(axis=0) + self.push,
            ]
        )
        size = np.abs(box).max(axis=0)
        terms = (2.0 * size + 1.0 if self.centred else size) @ self._size + np.abs(self.push)
        margin = _ROUNDING * (len(size) + 8) * terms
        net[0] -= margin
        net[1] += margin
        after = _squashed(self.transfer, net)
        if not getattr(self.transfer, "exact", False):
            margin = _AFTER_TRANSFER * np.abs(after) + 1.0 / _FAR
            after[0] -= margin[0]
            after[1] += margin[1]
        return self._held(np.clip(after, self._range[0], self._range[1]), box)

    def span(self) -> NDArray[np.float64]:
        """Return the box in which every state lies after one step, from wherever it came.

        A concept that is on its way to a value also has all that lies between.
        """
        return self._held(self._range.copy(), self._range)

    def _held(self, after: NDArray[np.float64], box: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the box with the held concepts where they are held; `box` is the one before."""
        moving = self.shares < 1
        if moving.any():
            going = box + self.shares * (self.holds - box)
            margin = _AFTER_TRANSFER * np.maximum(np.abs(box), np.abs(self.holds))
            after[0, moving] = (going - margin)[0, moving]
            after[1, moving] = (going + margin)[1, moving]
        np.copyto(after, self.holds, where=~(np.isnan(self.holds) | moving))
        return after


def closed_box(
    law: BoxLaw,
    before: NDArray[np.float64],
    box: NDArray[np.float64],
    *,
    tol: float,
) -> NDArray[np.float64] | None:
    """Return a box around this one that no later state leaves, or None if it is too early to ask.

    A box that holds its own image holds all that follows. The box is such a one if it lies in the
    box before it. Otherwise, once it moves by less than `tol`, it is widened by what its image
    lacks until it is; if that has no end, the image of the whole span is such a box.

    Parameters
    ----------
    before, box : ndarray of shape (2, n)
        Two boxes in succession under `law`, both after its first step.
    """
    if _within(box, before):
        return box
    if np.abs(box - before).max() >= tol:
        return None
    span = law.span()
    wide = np.clip(box + np.array([[-tol], [tol]]), span[0], span[1])
    for _ in range(_MOST_WIDENED):
        image = law(wide)
        if _within(image, wide):
            return image
        wanted = np.clip(box + _SURPLUS * (image - box), span[0], span[1])
        wide = np.array([np.minimum(wide[0], wanted[0]), np.maximum(wide[1], wanted[1])])
    return law(span)


def shrunk(law: BoxLaw, box: NDArray[np.float64], *, most: int) -> tuple[NDArray[np.float64], bool]:
    """Return what is left of a box that holds its own image, and whether it has come to rest.

    At rest means that a step takes off less than 1e-12 at every end.

    Parameters
    ----------
    most : int
        Steps at most; the box that is left then holds as well.
    """
    for _ in range(most):
        image = law(box)
        image[0] = np.maximum(image[0], box[0])
        image[1] = np.minimum(image[1], box[1])
        taken = np.abs(image - box).max(initial=0.0)
        box = image
        if taken < AT_REST:
            return box, True
    return box, False


def _within(inner: NDArray[np.float64], outer: NDArray[np.float64]) -> bool:
    return bool((inner[0] >= outer[0]).all() and (inner[1] <= outer[1]).all())


def _squashed(transfer: Transfer, net: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the activations at net inputs (2, n)."""
    z = np.ascontiguousarray(net.T)
    z *= np.reshape(transfer.gain, (-1, 1))
    with np.errstate(over="ignore"):
        transfer.squash(z)
    return np.ascontiguousarray(z.T)


def _never_falls(transfer: Transfer) -> bool:
    if isinstance(transfer, Mixed):
        return all(_never_falls(each) for each in transfer.each)
    return isinstance(transfer, Sigmoid | Tanh | Saturated | Bivalent | Trivalent | StepFunction)
