"""Questionnaires: one row a respondent, and one or more open answers; each answer is a post."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from fcm.errors import FileError
from fcm.social.platforms.columns import FIELDS, Wanted
from fcm.social.platforms.tables import Columns, Found, from_csv

__all__ = ["posts"]


def posts(path: Path, columns: Columns, encoding: str | None = None) -> Found:
    """Yield blocks of a CSV file; an answer has the id of its row and the number of its question.

    Raises
    ------
    FileError
        If the columns with the answers are not named.
    """
    import polars as pl

    given = dict(columns or {})
    answers = given.pop("text", ())
    questions = [answers] if isinstance(answers, str) else list(answers)
    if not questions:
        raise FileError(
            'name the columns with the answers: columns={"text": ["question 1", "question 2"]}.',
            path=path,
        )
    if len({*questions}) < len(questions):
        raise FileError('columns= names a column twice for "text".', path=path)
    fields = {f"answer {number}": name for number, name in enumerate(questions)}
    wanted = Wanted(
        fields=(*(each for each in FIELDS if each != "text"), *fields),
        required=("author", "created_at", *fields),
        names=fields,
    )
    asked: Mapping[str, object] = {**given, **fields}
    for table, report in from_csv(path, asked, wanted, encoding):  # type: ignore[arg-type]
        rest = [name for name in table.columns if name not in fields]
        answered = pl.concat(
            table.select(*rest, text=pl.col(field)).with_columns(
                (pl.col("id").replace("", None) + f" {number}") if "id" in rest else pl.col("line")
            )
            for number, field in enumerate(fields)
        )
        yield answered, report
