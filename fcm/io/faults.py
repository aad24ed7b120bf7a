"""What is wrong with a document, in sentences: the place, what was seen, the nearest right key."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ValidationError

from fcm.errors import nearest

__all__ = ["explain"]

_MOST = 5


def explain(error: ValidationError, model: type[BaseModel] | None) -> str:
    """Return what is wrong with a document in sentences, each with its place.

    Parameters
    ----------
    error : ValidationError
    model : type of BaseModel or None
        The document's model, for the names that a wrong key is compared with.
    """
    faults = error.errors(include_url=False)
    sentences = []
    for fault in faults[:_MOST]:
        place = _place(fault["loc"])
        message = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "extra_forbidden":
            known = _keys(model, fault["loc"][:-1])
            hint = f" {nearest(str(fault['loc'][-1]), known)}" if known else ""
            sentences.append(f"{place} is not a key of this document.{hint}")
        elif fault["type"] == "missing":
            sentences.append(f"{place} is missing.")
        elif isinstance(fault["input"], dict | list | BaseModel):
            sentences.append(f"{place}: {message}." if place else f"{message}.")
        else:
            sentences.append(f"{place}: {message} (seen: {fault['input']!r}).")
    if len(faults) > _MOST:
        sentences.append(f"And {len(faults) - _MOST} more.")
    return " ".join(sentences)


def _place(loc: tuple[int | str, ...]) -> str:
    place = ""
    for part in loc:
        place += f"[{part}]" if isinstance(part, int) else f".{part}" if place else str(part)
    return place


def _keys(model: Any, loc: tuple[int | str, ...]) -> list[str]:
    for part in loc:
        if isinstance(part, str) and model is not None and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation)
    return [] if model is None else list(model.model_fields)


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(each) for each in getattr(annotation, "__args__", ()))
    return next((each for each in found if each is not None), None)
