"""Ways of drawing: what is drawn, and how evenly."""

from __future__ import annotations

import numpy as np
import pytest

from fcm.inference.uncertain.draws import LatinHypercube, Method, MonteCarlo

METHODS = (MonteCarlo(), LatinHypercube())


def drawn(method: Method, draws: int, k: int, *, batch: int = 10**6, normal: bool) -> np.ndarray:
    rng = np.random.default_rng(5)
    return np.concatenate(list(method.blocks(rng, draws, k, batch=batch, normal=normal)))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("normal", [False, True])
def test_what_is_drawn_does_not_depend_on_the_blocks(method: Method, normal: bool) -> None:
    whole = drawn(method, 100, 3, normal=normal)
    for batch in (1, 7, 99):
        np.testing.assert_array_equal(drawn(method, 100, 3, batch=batch, normal=normal), whole)


@pytest.mark.parametrize("method", METHODS)
def test_numbers_are_uniform_or_standard_normal_and_columns_independent(method: Method) -> None:
    uniform = drawn(method, 20_000, 2, normal=False)
    assert uniform.min() >= 0
    assert uniform.max() <= 1
    np.testing.assert_allclose(uniform.mean(axis=0), 0.5, atol=0.01)
    np.testing.assert_allclose(uniform.std(axis=0), 12**-0.5, atol=0.01)
    normal = drawn(method, 20_000, 2, normal=True)
    np.testing.assert_allclose(normal.mean(axis=0), 0, atol=0.03)
    np.testing.assert_allclose(normal.std(axis=0), 1, atol=0.03)
    for rows in (uniform, normal):
        assert abs(np.corrcoef(rows.T)[0, 1]) < 0.03


def test_a_latin_hypercube_has_one_number_in_every_stratum_of_every_column() -> None:
    rows = drawn(LatinHypercube(), 50, 4, normal=False)
    strata = np.sort(np.floor(50 * rows).astype(int), axis=0)
    np.testing.assert_array_equal(strata, np.repeat(np.arange(50)[:, None], 4, axis=1))


def test_the_mean_of_a_sum_scatters_far_less_under_a_latin_hypercube() -> None:
    def means(method: Method) -> np.ndarray:
        rng = np.random.default_rng(0)
        return np.array(
            [
                next(method.blocks(rng, 64, 5, batch=64, normal=True)).sum(axis=1).mean()
                for _ in range(100)
            ]
        )

    assert means(LatinHypercube()).std() < 0.15 * means(MonteCarlo()).std()


def test_the_outermost_normal_numbers_are_finite() -> None:
    class Ends(np.random.Generator):
        def random(self, size: object = None) -> np.ndarray:
            return np.zeros(size)

    rows = list(LatinHypercube().blocks(Ends(np.random.PCG64(0)), 3, 1, batch=3, normal=True))
    assert np.isfinite(rows).all()


@pytest.mark.parametrize("method", METHODS)
def test_there_may_be_nothing_to_draw(method: Method) -> None:
    assert drawn(method, 4, 0, normal=True).shape == (4, 0)
