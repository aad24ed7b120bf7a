"""JSON documents: syntax with line and column, version, and content with its path.

What a document may say stands in `fcm.io.document` and `fcm.io.evidence`; here is how its text is
read, refused and written.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import ValidationError

from fcm.errors import FCMError, FileError, UnsupportedVersionError, nearest
from fcm.evidence import WeightEstimate
from fcm.io.document import VERSION, MapDocument
from fcm.io.evidence import EstimateDocument, ScenariosDocument
from fcm.io.faults import explain
from fcm.map import CognitiveMap
from fcm.scenario import Scenario
from fcm.table import read_text

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Document", "read_json", "to_json"]

Document: TypeAlias = MapDocument | ScenariosDocument | EstimateDocument

_MODELS: dict[str, type[Document]] = {
    "fcm-map": MapDocument,
    "fcm-scenarios": ScenariosDocument,
    "fcm-estimate": EstimateDocument,
}
_CONSTANT = re.compile(r'"(?:[^"\\]|\\.)*"|(-?Infinity|NaN)', re.DOTALL)


def read_json(path: str | Path) -> Document:
    """Return the document of a JSON file, checked.

    Raises
    ------
    FileError
        If the file is not JSON (with line and column), or says something that a document cannot
        (with its path, such as ``links[3].weight``).
    UnsupportedVersionError
        If it was written for another version of the format.
    """
    path = Path(path)
    data = _parse(path, read_text(path))
    kind = data.get("format") if isinstance(data, dict) else None
    if not isinstance(kind, str) or kind not in _MODELS:
        seen = kind if isinstance(data, dict) else f"a {type(data).__name__}"
        raise FileError(
            f"format is {seen!r}; a document of this library begins with "
            f'{{"format": "fcm-map", "version": {VERSION}}}. {nearest(str(seen), _MODELS)}',
            path=path,
        )
    version = data.get("version")
    if isinstance(version, bool) or version != VERSION:
        raise UnsupportedVersionError(
            f"version is {version!r}; this release reads version {VERSION} of {kind}. "
            "A newer file needs a newer fcm.",
            path=path,
        )
    model = _MODELS[kind]
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise FileError(explain(error, model), path=path) from None


def to_json(obj: CognitiveMap | WeightEstimate | Iterable[Scenario]) -> str:
    """Return the text of the document of a map, an estimate or scenarios.

    Raises
    ------
    FileError
        If the value cannot be written, such as a text with a lone surrogate.
    """
    document: Document
    try:
        if isinstance(obj, CognitiveMap):
            document = MapDocument.of(obj)
        elif isinstance(obj, WeightEstimate):
            document = EstimateDocument.of(obj)
        else:
            document = ScenariosDocument.of(obj)
    except ValidationError as error:
        raise FileError(f"cannot be written: {explain(error, None)}") from None
    data = document.model_dump(mode="json")
    return json.dumps(data, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _parse(path: Path, text: str) -> Any:
    def constant(word: str) -> float:
        match = next(each for each in _CONSTANT.finditer(text) if each.group(1))
        line = text.count("\n", 0, match.start()) + 1
        raise FileError(
            f"{word} is not a number that a document may hold; leave the entry out.",
            path=path,
            line=line,
        )

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice = [key for key, times in Counter(key for key, _ in pairs).items() if times > 1]
        if twice:
            raise FileError(f"key {twice[0]!r} stands twice in one object.", path=path)
        return dict(pairs)

    try:
        return json.loads(text, parse_constant=constant, object_pairs_hook=unique)
    except json.JSONDecodeError as error:
        raise FileError(
            f"not JSON at column {error.colno}: {error.msg}.", path=path, line=error.lineno
        ) from None
    except FCMError:
        raise
    except RecursionError:
        raise FileError("nested too deeply for a document.", path=path) from None
    except ValueError as error:
        raise FileError(f"not JSON that can be read ({error}).", path=path) from None
