"""A small statistical office on loopback that speaks OData 3 and 4, well or badly."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

__all__ = ["Office"]

PERIODS = [
    ("2017JJ00", "2017", "Definitief"),
    ("2018KW01", "2018 1e kwartaal", "Definitief"),
    ("2018JJ00", "2018", "Voorlopig"),
    ("2018MM01", "2018 januari", "NaderVoorlopig"),
    ("2018HJ01", "2018 1e halfjaar", "Definitief"),
]
SEXES = [("1100   ", "Total", ""), ("3000   ", "Men", ""), ("4000   ", "Women", "")]


class Office(ThreadingHTTPServer):
    """Serves table 37296ned; `fault` says what goes wrong, `page` how many rows a page has."""

    daemon_threads = True

    def __init__(self, *, version: int, page: int = 4, fault: str = "") -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        self.version, self.page, self.fault = version, page, fault
        self.asked: list[str] = []
        self.root = f"http://127.0.0.1:{self.server_port}/odata"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.02}).start()

    def rows(self) -> list[dict[str, Any]]:
        """Return the facts: 3 sexes x 5 periods (x 2 measures in version 4)."""
        found: list[dict[str, Any]] = []
        for i, (sex, _, _) in enumerate(SEXES):
            for j, (period, _, _) in enumerate(PERIODS):
                people: float | None = 100.5 * (i + 1) + j
                if (i, j) == (1, 0):
                    people = None
                if self.version == 3:
                    found.append(
                        {"ID": len(found), "Geslacht": sex, "Perioden": period,
                         "Bevolking_1": people, "Groei_2": j}
                    )  # fmt: skip
                    continue
                for measure, value in (("M0001", people), ("M0002", float(j))):
                    found.append(
                        {"Id": len(found), "Measure": measure, "ValueAttribute": "None",
                         "Value": value, "Geslacht": sex, "Perioden": period}
                    )  # fmt: skip
        return found

    def sets(self) -> dict[str, list[dict[str, Any]]]:
        """Return all entity sets by name."""
        if self.version == 3:
            return {
                "TableInfos": [{"Title": "Bevolking", "Modified": "2019-02-01T02:00:00"}],
                "DataProperties": [
                    {"Key": "Geslacht", "Type": "GeoDetail", "Title": "Geslacht"},
                    {"Key": "Perioden", "Type": "TimeDimension", "Title": "Perioden"},
                    {"Key": "", "Type": "TopicGroup", "Title": "Bevolking"},
                    {"Key": "Bevolking_1", "Type": "Topic", "Title": "Totale bevolking",
                     "Unit": "aantal"},
                    {"Key": "Groei_2", "Type": "Topic", "Title": "Groei", "Unit": "%"},
                ],
                "Geslacht": [{"Key": k, "Title": t} for k, t, _ in SEXES],
                "Perioden": [{"Key": k, "Title": t, "Status": s} for k, t, s in PERIODS],
                "TypedDataSet": self.rows(),
            }  # fmt: skip
        return {
            "Dimensions": [
                {"Identifier": "Geslacht", "Kind": "GeoDetail"},
                {"Identifier": "Perioden", "Kind": "TimeDimension"},
            ],
            "MeasureCodes": [
                {"Identifier": "M0001", "Title": "Totale bevolking", "Unit": "aantal"},
                {"Identifier": "M0002", "Title": "Groei", "Unit": "%"},
            ],
            "GeslachtCodes": [{"Identifier": k, "Title": t} for k, t, _ in SEXES],
            "PeriodenCodes": [{"Identifier": k, "Title": t, "Status": s} for k, t, s in PERIODS],
            "Observations": self.rows(),
        }

    def __exit__(self, *rest: object) -> None:
        self.shutdown()
        super().__exit__(*rest)


class _Desk(BaseHTTPRequestHandler):
    server: Office
    wbufsize = 65536

    def do_GET(self) -> None:
        self.server.asked.append(unquote(self.path))
        parts = urlsplit(self.path)
        names = parts.path.strip("/").split("/")[1:]
        options = {key: each[0] for key, each in parse_qs(parts.query).items()}
        if not names or names[0] != "37296ned":
            self._say(404, {"error": "no such table"})
        elif len(names) == 1:
            sets = [*self.server.sets(), *(["Properties"] if self.server.version == 4 else [])]
            self._say(200, {"value": [{"name": each} for each in sets]})
        elif names[1] == "Properties":
            self._say(200, {"Title": "Bevolking", "Modified": "2019-02-01T02:00:00"})
        elif names[1] not in self.server.sets():
            self._say(404, {"error": "no such set"})
        else:
            self._set(names, options)

    def _set(self, names: list[str], options: dict[str, str]) -> None:
        rows, fault = self.server.sets()[names[1]], self.server.fault
        for key, text in re.findall(r"(\w+) eq '((?:[^']|'')*)'", options.get("$filter", "")):
            rows = [row for row in rows if row[key] == text.replace("''", "'")]
        facts = names[1] in ("TypedDataSet", "Observations")
        if names[2:] == ["$count"]:
            if fault == "no count":
                self._say(404, {"error": "no count"})
            else:
                self._text(200, str(len(rows) + (fault == "lost row")), "text/plain")
            return
        if fault == "html" and facts:
            self._text(200, "<html>busy</html>", "text/html")
            return
        if fault == "no value" and facts:
            self._say(200, {"odata.error": {"code": "", "message": "too many cells"}})
            return
        skip = int(options.get("$skip", "0"))
        most = int(options.get("$top", "1000000"))
        shown = rows[skip : skip + min(self.server.page, most)] if facts else rows
        if fault == "repeats" and skip:
            shown = rows[: self.server.page]
        body: dict[str, Any] = {"value": shown}
        if "$select" in options:
            columns = options["$select"].split(",")
            body["value"] = [{key: row[key] for key in columns} for row in shown]
        more = facts and skip + len(shown) < len(rows)
        if more and self.server.version == 4:
            host = "http://localhost:1" if fault == "elsewhere" else ""
            query = f"$filter={options.get('$filter', '')}&$skip={skip + len(shown)}"
            body["@odata.nextLink"] = f"{host}{urlsplit(self.path).path}?{query}".replace(
                " ", "%20"
            )
        self._say(200, body)

    def _say(self, status: int, body: Any) -> None:
        self._text(status, json.dumps(body), "application/json; charset=utf-8")

    def _text(self, status: int, text: str, kind: str) -> None:
        data = text.encode("utf-8")
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *rest: object) -> None:
        """Say nothing."""
