from __future__ import annotations

from pathlib import Path

import pytest

import fcm.examples
from fcm import experts, io
from fcm.errors import EvidenceError, FileError
from fcm.evidence import Origin

TERMS = experts.Terms(
    (
        experts.Term(order=-1, centre=-0.5, texts={"en": "negative"}),
        experts.Term(order=0, centre=0.0, texts={"en": "none"}),
        experts.Term(order=1, centre=0.5, texts={"en": "positive"}),
    )
)
HEAD = "source,target,term,respondent,note\n"


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "survey.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_each_row_is_a_claim_of_its_respondent(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + 'tax,traffic,negative,Ann,"cars, mostly"\n')
    (claim,) = experts.read_survey(path, terms=TERMS)
    assert (claim.source, claim.target, claim.value, claim.confidence) == (
        "tax",
        "traffic",
        -0.5,
        1.0,
    )
    assert claim.origin == Origin(kind="survey", source="Ann", note="cars, mostly")


def test_none_is_a_claim_and_a_link_left_out_is_not(tmp_path: Path) -> None:
    claims = experts.read_survey(
        written(tmp_path, HEAD + "tax,traffic,none,Ann,\ntax,traffic,negative,Bo,\n"), terms=TERMS
    )
    assert [(each.origin.source, each.value) for each in claims] == [("Ann", 0.0), ("Bo", -0.5)]


def test_numbers_may_stand_in_place_of_terms(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "a,b,-0.5,Ann,\nb,c,\u22121,Ann,\n")
    assert [each.value for each in experts.read_survey(path, terms=TERMS)] == [-0.5, -1.0]


def test_numbers_are_divided_by_the_scale_and_terms_are_not(tmp_path: Path) -> None:
    path = written(tmp_path, HEAD + "a,b,-4,Ann,\nb,c,positive,Ann,\n")
    assert [each.value for each in experts.read_survey(path, terms=TERMS, scale=5)] == [-0.8, 0.5]


def test_confidence_is_read_where_it_is_given(tmp_path: Path) -> None:
    text = "source,target,term,respondent,confidence\na,b,none,Ann,0.25\na,c,none,Ann,\n"
    claims = experts.read_survey(written(tmp_path, text), terms=TERMS)
    assert [each.confidence for each in claims] == [0.25, 1.0]


def test_columns_in_any_order_and_case_with_a_byte_order_mark_are_read(tmp_path: Path) -> None:
    text = "\ufeffRespondent,Term,Target,Source,asked on\r\nAnn,positive,b,a,Monday\r\n"
    (claim,) = experts.read_survey(written(tmp_path, text), terms=TERMS)
    assert (claim.source, claim.target, claim.origin.source) == ("a", "b", "Ann")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("sorce,target,term,respondent\n", 1, "'source' is missing. Did you mean 'sorce'?"),
        ("source,target,term,respondent,confidense\na,b,none,Ann,0.1\n", 1, "'confidence'?"),
        ("source,target,term,term,respondent\n", 1, "'term' stands twice"),
        (HEAD + "a,b,positiv,Ann,\n", 2, "Did you mean 'positive'?"),
        (HEAD + "a,b,none,Ann,\na,b,nan,Bo,\n", 3, "term 'nan' is not known"),
        (HEAD + "a,b,inf,Bo,\n", 2, "term 'inf' is not known"),
        (HEAD + "a,b,5,Bo,\n", 2, "If the survey uses -5..5, read it with scale=5."),
        (HEAD + "a,b,-1.2,Bo,\n", 2, "read it with scale=2."),
        (HEAD + "a,b,,Bo,\n", 2, "term is blank"),
        (HEAD + "a,b,none, ,\n", 2, "respondent is blank"),
        (HEAD + ",b,none,Bo,\n", 2, "source is blank"),
        (HEAD + "tax,trafic,none,Bo,\n", 2, "'trafic' is not a concept. Did you mean 'traffic'?"),
        (HEAD + "a,b,none,Ann,\n\na,b,none,ann,\n", 4, "first in line 2"),
        (HEAD + "a,b,none,Ann,well, yes\n", 2, "must stand in double quotes"),
        (HEAD + 'a,b,none,Ann,"well\n', 2, "double quote that is not closed"),
        (HEAD, 1, "no rows below the header"),
        ("", None, "the file is empty"),
        (b"source,target,term,respondent\na,b,none,Jos\xe9\n", 2, "(0xe9) is not UTF-8"),
        (
            "source,target,term,respondent,confidence\na,b,none,Ann,80\n",
            2,
            "Divide percentages by 100.",
        ),
        ("source,target,term,respondent,confidence\na,b,none,Ann,nan\n", 2, "expected a number"),
    ],
)
def test_a_bad_survey_is_refused_with_its_line(
    tmp_path: Path, text: str | bytes, line: int | None, message: str
) -> None:
    concepts = ["a", "b", "c", "tax", "traffic"]
    with pytest.raises(FileError) as caught:
        experts.read_survey(written(tmp_path, text), terms=TERMS, concepts=concepts)
    assert message in str(caught.value)
    assert "survey.csv" in str(caught.value)
    assert caught.value.line == line


def test_a_survey_that_is_not_there_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"nowhere\.csv: cannot be read"):
        experts.read_survey(tmp_path / "nowhere.csv", terms=TERMS)


@pytest.mark.parametrize("scale", [0, -5, float("nan"), float("inf")])
def test_a_scale_that_is_none_is_refused(tmp_path: Path, scale: float) -> None:
    with pytest.raises(EvidenceError, match="above 0"):
        experts.read_survey(written(tmp_path, HEAD), terms=TERMS, scale=scale)


def test_the_madrid_survey_holds_110_judgements_on_42_links() -> None:
    folder = fcm.examples.path("madrid")
    concepts = io.read_concepts(folder / "concepts.csv")
    claims = experts.read_survey(
        folder / "survey.csv", terms=folder / "terms.csv", concepts=concepts
    )
    assert len(claims) == 110
    assert len({(each.source, each.target) for each in claims}) == 42
    assert len({each.origin.source for each in claims}) == 3
    assert all("desk study" in each.origin.source for each in claims)
    assert all(each.origin.note for each in claims)


def test_the_shipped_survey_says_what_the_desk_studies_said(shared: Path) -> None:
    case, folder = shared / "data" / "madrid" / "case", fcm.examples.path("madrid")
    ours = experts.read_survey(folder / "survey.csv", terms=folder / "terms.csv")
    theirs = experts.read_survey(case / "survey.csv", terms=case / "terms.csv")
    for a, b in zip(ours, theirs, strict=True):
        assert (a.source, a.target, a.value, a.origin.source) == (
            b.source,
            b.target,
            b.value,
            b.origin.source,
        )
