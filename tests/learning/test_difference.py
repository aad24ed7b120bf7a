from __future__ import annotations

import numpy as np
import pytest

from fcm.learning.difference import difference

OTHERS = np.full((24, 6), 40.0)


def test_equal_levels_before_and_after_are_no_change() -> None:
    assert difference(np.full(24, 30.0), OTHERS, at=12, before=12, after=12) == 0


def test_a_month_missing_in_one_window_is_left_out_of_the_other_too() -> None:
    season = np.tile(np.r_[np.full(11, 30.0), 90.0], 2)
    season[12:] *= 0.8
    season[11] = np.nan
    found = difference(season, OTHERS, at=12, before=12, after=12)
    assert found == pytest.approx(np.log(0.8))


def test_windows_that_do_not_fit_or_hold_too_little_give_nothing() -> None:
    unit = np.full(24, 30.0)
    assert difference(unit, OTHERS, at=11, before=12, after=12) is None
    assert difference(unit, OTHERS, at=13, before=12, after=12) is None
    unit[:4] = np.nan
    assert difference(unit, OTHERS, at=12, before=12, after=12) is None
