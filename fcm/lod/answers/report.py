"""What was read from a source and what was wrong with it, for people to see."""

from __future__ import annotations

from dataclasses import dataclass

from fcm.lod.answers.literals import short

__all__ = ["IllTyped", "Report"]


@dataclass(frozen=True, slots=True, kw_only=True)
class IllTyped:
    """Literals whose text is no value of their datatype.

    Parameters
    ----------
    datatype : str
        The IRI of the datatype they claim.
    count : int
        How many there are.
    examples : tuple of str, at most 3
        Their text, as it stands in the source.
    """

    datatype: str
    count: int
    examples: tuple[str, ...] = ()

    def __str__(self) -> str:
        shown = ", ".join(repr(each) for each in self.examples)
        plural = "literal is" if self.count == 1 else "literals are"
        return f"{self.count:,} {plural} no valid {short(self.datatype)} (such as {shown})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was read from files, and what was wrong with it.

    Parameters
    ----------
    files : tuple of str
        Names of the files.
    triples : int
        Distinct triples in the store.
    repeated : int
        Triples that stand more than once in the files; they count once.
    ill_typed : tuple of IllTyped
        By datatype. The literals are kept: a query sees their text through ``STR(?x)``.
    repaired : int
        Distinct invalid IRIs that `fcm.lod.open` mended by percent-encoding (``lenient=True``).
    repaired_examples : tuple of str, at most 3
    skipped : int
        JSON-LD values under keys that stand for no IRI; JSON-LD says that they are not data.
    skipped_examples : tuple of str, at most 3
    licences : tuple of str
        Terms and lines of credit that the data state (``dct:rights``, ``dct:license``).
    """

    files: tuple[str, ...]
    triples: int
    repeated: int = 0
    ill_typed: tuple[IllTyped, ...] = ()
    repaired: int = 0
    repaired_examples: tuple[str, ...] = ()
    skipped: int = 0
    skipped_examples: tuple[str, ...] = ()
    licences: tuple[str, ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """Return one sentence for each kind of defect; none where all is well."""
        lines = [f"{each}; they are kept, read them with STR(?x)." for each in self.ill_typed]
        if self.repaired:
            lines.append(
                f"{self.repaired:,} invalid IRIs were percent-encoded "
                f"(such as {_shown(self.repaired_examples)})."
            )
        if self.skipped:
            lines.append(
                f"{self.skipped:,} JSON-LD values were skipped because their keys stand for no "
                f"IRI ({_shown(self.skipped_examples)})."
            )
        if self.repeated:
            lines.append(f"{self.repeated:,} triples stand more than once and count once.")
        return tuple(lines)

    def __str__(self) -> str:
        head = f"{', '.join(self.files)}: {self.triples:,} triples."
        return "\n".join([head, *self.sentences()])


def _shown(examples: tuple[str, ...]) -> str:
    return ", ".join(repr(each) for each in examples)
