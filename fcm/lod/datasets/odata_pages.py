"""The pages of an OData entity set, read to the end.

A page is never taken for the table: pages are followed, and counted against the number of rows that
the server states, or until a page is empty. A row that comes twice means that another is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import quote, urljoin, urlsplit

from fcm.errors import Blocked, NotFound, NotSparql, QueryRejected, TooLarge, Truncated

__all__ = ["CELLS", "JSON", "Get", "document", "entity_rows"]

CELLS = 10_000
JSON = "application/json"
_MAX_PAGES = 10_000
_MAX_ROWS = 2_000_000

Get: TypeAlias = Callable[[str, str], bytes]


def document(get: Get, address: str) -> dict[str, Any]:
    """Return a JSON object; its numbers are text as written.

    Raises
    ------
    NotSparql
        If it is none.
    """
    try:
        body = json.loads(get(address, JSON), parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise NotSparql(f"{address}: is no JSON object; check the address of the service.")
    return body


def entity_rows(
    get: Get,
    url: str,
    *,
    filters: list[str] | None = None,
    select: list[str] | None = None,
    page: int = 0,
    prove: bool = False,
) -> list[dict[str, Any]]:
    """Return the rows of an entity set, page after page.

    Parameters
    ----------
    get : callable
        Returns the body of an address; takes the address and media types.
    url : str
        Of the entity set.
    filters, select : list of str, optional
        Conditions, all of which hold, and columns.
    page : int
        Rows to ask for at a time; 0 leaves it to the server.
    prove : bool
        Whether the rows must be shown to be all.

    Raises
    ------
    Truncated
        If rows are missing or come twice.
    TooLarge
        If there are more than 2,000,000 rows.
    Blocked
        If the next page is on another server.
    NotSparql
        If an answer is no OData.
    """
    options = [f"$filter={quote(' and '.join(filters))}"] if filters else []
    wanted = _count(get, url, options) if prove else None
    if select:
        options.append(f"$select={quote(','.join(select))}")
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    link: str | None = None
    for _ in range(_MAX_PAGES):
        if link is None:
            more = [f"$top={page}"] if page else []
            more += [f"$skip={len(rows)}"] if rows else []
            address = "?".join(each for each in (url, "&".join([*options, *more])) if each)
        else:
            address = link
        found, link = _page(get, address, url)
        rows += found
        if len(rows) > _MAX_ROWS:
            raise TooLarge(f"{url}: more than {_MAX_ROWS:,} rows; fix more dimensions.")
        if prove:
            _refuse_repeated(found, seen, url)
        if link is None and (not prove or not found or len(rows) == wanted):
            if not prove and len(found) == CELLS:
                raise Truncated(f"{url}: gave {CELLS:,} rows, as many as a page may have.")
            break
    else:
        raise TooLarge(f"{url}: more than {_MAX_PAGES:,} pages; fix more dimensions.")
    if wanted is not None and len(rows) != wanted:
        raise Truncated(
            f"{url}: gave {len(rows):,} of {wanted:,} rows; ask again, or fix more dimensions."
        )
    return rows


def _page(get: Get, address: str, url: str) -> tuple[list[dict[str, Any]], str | None]:
    body = document(get, address)
    if not isinstance(body.get("value"), list):
        said = body.get("odata.error") or body.get("error")
        raise NotSparql(
            f"{address}: is no OData answer"
            f"{f' ({str(said)[:200]})' if said else ''}; expected an object with 'value'."
        )
    rows = [row for row in body["value"] if isinstance(row, dict)]
    link = body.get("@odata.nextLink") or body.get("odata.nextLink")
    if link is None:
        return rows, None
    target = urljoin(address, str(link))
    if urlsplit(target)[:2] != urlsplit(url)[:2]:
        raise Blocked(
            f"{url}: the next page is on another server, {urlsplit(target).netloc}; it is not "
            "followed."
        )
    return rows, target


def _count(get: Get, url: str, options: list[str]) -> int | None:
    """Return how many rows the server says it has; None if it does not say."""
    try:
        body = get(
            "?".join(each for each in (f"{url}/$count", "&".join(options)) if each), "text/plain"
        )
    except (NotFound, QueryRejected, NotSparql):
        return None
    text = body.decode("utf-8", "replace").strip().lstrip("\ufeff")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _refuse_repeated(rows: list[dict[str, Any]], seen: set[str], url: str) -> None:
    for row in rows:
        key = str(row.get("ID", row.get("Id", "")))
        if key and key in seen:
            raise Truncated(
                f"{url}: row {key} came twice, so that another one may be missing; ask again."
            )
        seen.add(key)
