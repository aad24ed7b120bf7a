from __future__ import annotations

from pathlib import Path

import pytest

from fcm import experts
from fcm.errors import EvidenceError, FileError

SCALE = """order,term_en,term_es,centre
-1,weak negative,débil negativa,-0.25
0,none,nula,0
1,weak positive,débil positiva,0.25
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "terms.csv"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "text", ["weak negative", " Weak   NEGATIVE ", "débil negativa", "DEBIL NEGATIVA"]
)
def test_a_term_is_known_in_any_language_whatever_case_accents_and_blanks(
    tmp_path: Path, text: str
) -> None:
    terms = experts.Terms.read(written(tmp_path, SCALE))
    assert text in terms
    assert terms.centre(text) == -0.25


def test_an_unknown_term_is_refused_with_the_nearest(tmp_path: Path) -> None:
    terms = experts.read_terms(written(tmp_path, SCALE))
    assert "weak" not in terms
    with pytest.raises(EvidenceError, match=r"Did you mean 'weak positive'\?"):
        terms.centre("week positive")


def test_the_scale_reads_well(tmp_path: Path) -> None:
    terms = experts.read_terms(written(tmp_path, SCALE))
    assert repr(terms) == "Terms(3 from 'weak negative' = -0.25 to 'weak positive' = 0.25)"
    assert terms.texts[2:4] == ("none", "nula")
    assert repr(experts.Terms(())) == "Terms(none)"


def test_terms_separated_by_semicolons_may_use_decimal_commas(tmp_path: Path) -> None:
    terms = experts.read_terms(written(tmp_path, "order;term_es;centre\n0;nula;0\n1;débil;0,25\n"))
    assert terms.centre("débil") == 0.25


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("order,term_en\n0,none\n", 1, "column 'centre' is missing"),
        ("order,centre\n0,0\n", 1, "column 'term_<language>' is missing"),
        ("order,term_en,centre\n0,none,zero\n", 2, "centre is 'zero'; expected a number"),
        ("order,term_en,centre\n0,none,\n", 2, "centre is blank"),
        ("order,term_en,centre\n0,none,0\n1,strong,3\n", 3, r"expected a number in \[-1, 1\]"),
        ("order,term_en,centre\n0,none,0\n1,,0.5\n", 3, "no text in any language"),
        ("order,term_en,centre\n0,none,0\n1,strong,-0.5\n", 3, "do not ascend together"),
        ("order,term_en,centre\n0,none,0\n0,strong,0.5\n", 3, "do not ascend together"),
        ("order,term_en,centre\n0,none,0\n1,None,0.5\n", 3, "one centre only"),
        ("order,term_en,centre\n", 1, "no rows below the header"),
    ],
)
def test_a_scale_that_contradicts_itself_is_refused_with_its_line(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    with pytest.raises(FileError, match=message) as caught:
        experts.read_terms(written(tmp_path, text))
    assert caught.value.line == line
    assert "terms.csv" in str(caught.value)
