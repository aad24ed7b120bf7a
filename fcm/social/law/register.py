"""A record for the Dutch Algorithm Register, in the field names of its publication standard 1.0.

Register and record are in Dutch. What the software knows is filled in; what only the organisation
knows stands as `OPEN`, never as a guess. The schema beside this file is ours: it states names,
obligation, lengths and permitted values of the fields as the register publishes them.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fcm.errors import EvidenceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fcm.social.counts.aggregates import Signals
    from fcm.social.privacy import Privacy

__all__ = ["OPEN", "algorithm_register_record", "register_faults"]

OPEN = "[in te vullen door de organisatie / to be completed by the organisation]"
_SCHEMA = Path(__file__).parent / "data" / "algorithm_register.schema.json"
# Only the organisation can say these: left out by the caller, they stand in the record as OPEN.
_THEIRS = ("status", "publication_category", "begin_date", "proportionality", "provider")


def algorithm_register_record(
    signals: Signals,
    *,
    privacy: Privacy,
    organisation: str,
    name: str,
    contact: str,
    source: str = "",
    **told: Any,
) -> dict[str, Any]:
    """Return a record for the Dutch Algorithm Register.

    Parameters
    ----------
    signals : Signals
    privacy : Privacy
        The conditions under which they were made.
    organisation, name, contact : str
        Full name of the organisation, name of the algorithm, and an address or page for
        questions.
    source : str
        Where the posts are from.
    **told : str or list
        Any other field of the standard, as the organisation words it: ``status``,
        ``publication_category``, ``proportionality``, ``website``... It takes the place of what
        would be filled in.

    Returns
    -------
    dict
        Fields of publication standard 1.0. `register_faults` says which are still open.

    Raises
    ------
    EvidenceError
        If a field is not of the standard, too long, or of a value that is not permitted.

    References
    ----------
    Algoritmeregister Publicatiestandaard 1.0 (document 1.0.9, 9 July 2024), Ministry of the
    Interior and Kingdom Relations.

    Examples
    --------
    >>> from fcm.social import Privacy, Signals
    >>> talk = Signals(concepts=["noise"], periods=["2018-01"], every="1mo", active=[40],
    ...                authors=[[12]], valence=[[0.5]], k=10, purpose="noise", basis="by law")
    >>> record = algorithm_register_record(
    ...     talk, privacy=Privacy(purpose="noise", basis="by law", key=bytes(32)),
    ...     organisation="Gemeente Voorbeeld", name="Zorgen in beeld",
    ...     contact="algoritmes@example.org", status="In ontwikkeling")
    >>> record["status"], record["publication_category"] == OPEN
    ('In ontwikkeling', True)
    """
    record: dict[str, Any] = {
        "name": name,
        "organization": organisation,
        "contact_email": contact,
        "lang": "nld",
        "standard_version": "1.0",
        "lawful_basis": f"Zoals opgegeven door de organisatie: {signals.basis}",
        **dict.fromkeys(_THEIRS, OPEN),
        **_described(signals, source),
        **_protected(signals, privacy),
        **told,
    }
    faults = [each for each in _faults(record) if not each.endswith(_STILL_OPEN)]
    if faults:
        raise EvidenceError(f"the record does not fit the register: {'; '.join(faults)}.")
    return record


def register_faults(record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what keeps a record from being published, a phrase for each field; () if nothing.

    Checked are names, obligation, lengths and permitted values of publication standard 1.0, and
    what the organisation has still to fill in.

    Examples
    --------
    >>> register_faults({"name": "x" * 101, "lang": "eng"})[:2]
    ("'name' has 101 characters; the register takes 100",
     "'lang' is not one of 'nld'")
    """
    return tuple(_faults(record))


_STILL_OPEN = "is to be completed by the organisation"


def _faults(record: Mapping[str, Any]) -> Iterator[str]:
    schema = json.loads(_SCHEMA.read_text(encoding="utf-8"))
    for field, value in record.items():
        rules = schema["properties"].get(field)
        if rules is None:
            yield f"{field!r} is no field of the standard"
            continue
        if isinstance(value, str) and OPEN in value:
            yield f"{field!r} {_STILL_OPEN}"
        if value != OPEN:
            yield from _misfits(repr(field), value, rules)
    for field in schema["required"]:
        if not record.get(field):
            yield f"{field!r} is missing"


def _misfits(name: str, value: Any, rules: Mapping[str, Any]) -> Iterator[str]:
    """Yield what of one value does not fit its rules: the part of JSON Schema that is used."""
    kinds: dict[str, Any] = {"string": str, "array": list | tuple, "object": dict}
    if not isinstance(value, kinds[rules["type"]]):
        yield f"{name} is of type {type(value).__name__}, not {rules['type']}"
        return
    if "enum" in rules and value not in rules["enum"]:
        yield f"{name} is not one of {', '.join(map(repr, rules['enum']))}"
    if "pattern" in rules and not re.search(rules["pattern"], value):
        yield f"{name} is no month such as '2026-01'"
    if len(value) > rules.get("maxLength", len(value)):
        yield f"{name} has {len(value)} characters; the register takes {rules['maxLength']}"
    if len(value) > rules.get("maxItems", len(value)):
        yield f"{name} has {len(value)} entries; the register takes {rules['maxItems']}"
    if rules["type"] == "array":
        for each in value:
            yield from _misfits(f"an entry of {name}", each, rules["items"])
    if rules["type"] == "object":
        for field in rules["required"]:
            if not value.get(field):
                yield f"{name} has no {field!r}"
        for field, inner in value.items():
            if field not in rules["properties"]:
                yield f"{name} has {field!r}, which is no field of the standard"
            else:
                yield from _misfits(f"{field!r} of {name}", inner, rules["properties"][field])


def _described(signals: Signals, source: str) -> dict[str, Any]:
    """Return what it does, in Dutch, from the signals."""
    where = source or OPEN
    span = f"{signals.periods[0]} tot en met {signals.periods[-1]}" if signals.periods else OPEN
    return {
        "description_short": (
            f"Telt per periode hoeveel mensen in openbare berichten {len(signals.concepts)} "
            "onderwerpen noemen, als invoer voor een kaart van oorzaak en gevolg (fuzzy cognitive "
            "map). Het doet geen uitspraak over personen."
        ),
        "goal": (
            f"Doel, zoals opgegeven door de organisatie: {signals.purpose.rstrip('.')}. Burgers "
            "komen ermee in aanraking doordat openbare berichten worden geteld; over een persoon "
            "wordt niets vastgelegd en niets beslist."
        ),
        "human_intervention": (
            "De uitkomsten zijn een hulpmiddel bij beraad. Het systeem neemt geen besluit: mensen "
            f"wegen de uitkomsten en beslissen. {OPEN}"
        ),
        "source_data": (
            f"Openbare berichten uit: {where}. Periode: {span}. Gelezen worden tekst, auteur, "
            "tijd, taal en aantallen reacties; gepubliceerd worden alleen aantallen verschillende "
            "auteurs en gemiddelden over hen, per onderwerp en periode."
        ),
        "methods_and_models": (
            "Woordenlijsten bepalen welke onderwerpen een bericht noemt; verschillende auteurs "
            "worden per periode en onderwerp geteld. Dit tellen is niet zelflerend. Sentiment op "
            "basis van woordenlijsten is per bericht onzeker (macro-F1 0,47 tot 0,58) en wordt "
            "alleen getoond als gemiddelde over veel auteurs. Woordenlijst: "
            f"{signals.lexicon or OPEN}. De aantallen zijn invoer voor een fuzzy cognitive map; "
            f"hoe de gewichten daarvan zijn bepaald: {OPEN}"
        ),
    }


def _protected(signals: Signals, privacy: Privacy) -> dict[str, Any]:
    """Return what is done about risks, in Dutch, from the conditions of the run."""
    kept = privacy.retention
    hidden = int(signals.suppressed.sum())
    stays = (
        f"Gescoorde berichten zonder tekst blijven {kept.days} dagen na afloop van hun periode "
        "bewaard."
        if kept
        else "Berichten worden na het tellen niet bewaard."
    )
    assessed = bool(privacy.dpia.strip())
    title = f"Data Protection Impact Assessment (DPIA), {privacy.dpia.strip()}"
    return {
        "risks": (
            f"Aantallen onder {signals.k} verschillende auteurs worden niet getoond ({hidden} van "
            f"{signals.authors.size} cellen). Auteurs worden vervangen door versleutelde kenmerken "
            f"die per periode wisselen; dat blijven persoonsgegevens. {stays} Wie schrijft is niet "
            f"wie er woont: de aantallen zeggen niet wat alle inwoners vinden. {OPEN}"
        ),
        **({"impacttoetsen_grouping": [{"title": title}]} if assessed else {"impacttoetsen": OPEN}),
    }
