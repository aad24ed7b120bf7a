"""How fast Linked Open Data becomes typed columns, beside rdflib and SPARQLWrapper, in one run.

Run ``python benchmarks/lod.py`` for a quick look (some seconds) and ``--full`` for the figures to
quote (some minutes, 4 GB of memory). Everything is generated and local; no connection is opened.
Every work that needs its own memory runs in a process of its own.
"""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.measure import Row, interleaved, machine, publish

ROOT = Path(__file__).resolve().parent.parent
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "qb": "http://purl.org/linked-data/cube#",
    "dim": "http://purl.org/linked-data/sdmx/2009/dimension#",
    "att": "http://purl.org/linked-data/sdmx/2009/attribute#",
    "mea": "http://purl.org/linked-data/sdmx/2009/measure#",
    "xsd": XSD,
    "ex": "http://example.org/",
    "area": "http://example.org/area/",
    "obs": "http://example.org/observation/",
}
HEAD = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())
YEARS, INDICATORS = 25, 20
QUERIES = {
    "one series by area": """SELECT ?y (STR(?v) AS ?f) (DATATYPE(?v) AS ?d) {
        ?o dim:refArea area:7 ; ex:indicator ex:i3 ; dim:refPeriod ?y ; mea:obsValue ?v ;
           qb:dataSet ex:cube }""",
    "20 areas": f"""SELECT ?a ?y ?v {{
        VALUES ?a {{ {" ".join(f"area:{i}" for i in range(20))} }}
        ?o dim:refArea ?a ; ex:indicator ex:i3 ; dim:refPeriod ?y ; mea:obsValue ?v ;
           qb:dataSet ex:cube }}""",
    "one indicator, all areas": """SELECT ?a ?y ?v ?u {
        ?o ex:indicator ex:i3 ; dim:refArea ?a ; dim:refPeriod ?y ; mea:obsValue ?v .
        OPTIONAL { ?o att:unitMeasure ?u } }""",
    "mean by area": """SELECT ?a (AVG(?v) AS ?m) {
        ?o ex:indicator ex:i3 ; dim:refArea ?a ; mea:obsValue ?v } GROUP BY ?a""",
}


def write_cube(path: Path, observations: int) -> None:
    """A cube in Turtle, eight triples an observation."""
    rng = np.random.default_rng(0)
    values = rng.uniform(0, 1e5, observations)
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
        for i, value in enumerate(values.tolist()):
            area, indicator = i // (YEARS * INDICATORS), i // YEARS % INDICATORS
            file.write(
                f"obs:{i} rdf:type qb:Observation ; qb:dataSet ex:cube ; dim:refArea area:{area} ;"
                f' dim:refPeriod "{2000 + i % YEARS}"^^xsd:gYear ; ex:indicator ex:i{indicator} ;'
                f" mea:obsValue {value:.3f} ; att:unitMeasure ex:u{indicator % 5} ;"
                " att:obsStatus ex:A .\n"
            )


def write_results(folder: Path, rows: int) -> None:
    """The answer to one query in JSON and TSV: area, year, indicator, decimal."""
    rng = np.random.default_rng(1)
    columns = zip(
        rng.integers(0, 2000, rows).tolist(),
        rng.integers(1990, 2025, rows).tolist(),
        rng.integers(0, 50, rows).tolist(),
        rng.uniform(0, 1e5, rows).tolist(),
        strict=True,
    )
    head = {"vars": ["area", "year", "indicator", "value"]}
    with (
        (folder / "answer.json").open("w", encoding="utf-8") as as_json,
        (folder / "answer.tsv").open("w", encoding="utf-8") as as_tsv,
    ):
        as_json.write(f'{{"head":{json.dumps(head)},"results":{{"bindings":[')
        as_tsv.write("?area\t?year\t?indicator\t?value\n")
        for i, (a, y, k, v) in enumerate(columns):
            area = f"http://statistics.example.org/id/area/A{a:05d}"
            indicator = f"http://statistics.example.org/def/indicator/i{k:03d}"
            row = {
                "area": {"type": "uri", "value": area},
                "year": {"type": "literal", "value": str(y), "datatype": XSD + "gYear"},
                "indicator": {"type": "uri", "value": indicator},
                "value": {"type": "literal", "value": f"{v:.3f}", "datatype": XSD + "decimal"},
            }
            as_json.write(("," if i else "") + json.dumps(row, separators=(",", ":")))
            as_tsv.write(f'<{area}>\t"{y}"^^<{XSD}gYear>\t<{indicator}>\t{v:.3f}\n')
        as_json.write("]}}")


def sparqlwrapper_columns(body: bytes) -> dict[str, np.ndarray]:
    """What one writes around SPARQLWrapper: its conversion, then one typed column a variable."""
    from SPARQLWrapper import JSON
    from SPARQLWrapper.Wrapper import QueryResult

    class Response(io.BytesIO):
        def info(self) -> dict[str, str]:
            return {"content-type": "application/sparql-results+json"}

    answer: Any = QueryResult((Response(body), JSON)).convert()
    numbers = {XSD + name for name in ("decimal", "double", "integer", "float", "int")}

    def read(cell: dict[str, str] | None) -> Any:
        if cell is None:
            return None
        datatype = cell.get("datatype")
        if datatype in numbers:
            return float(cell["value"])
        return int(cell["value"]) if datatype == XSD + "gYear" else cell["value"]

    rows, columns = answer["results"]["bindings"], {}
    for name in answer["head"]["vars"]:
        cells = [read(row.get(name)) for row in rows]
        typed = all(isinstance(each, int | float) for each in cells)
        columns[name] = np.array(cells) if typed else np.array(cells, dtype=object)
    return columns


def results(full: bool, folder: Path) -> Iterator[Row]:
    """Answers into typed columns: CPU time, and memory in processes of their own."""
    from fcm.lod.answers.results import parse_json, parse_tsv

    rows = 200_000 if full else 20_000
    write_results(folder, rows)
    as_json = (folder / "answer.json").read_bytes()
    as_tsv = (folder / "answer.tsv").read_bytes()
    wanted = sparqlwrapper_columns(as_json)
    for columns in (parse_json(as_json), parse_tsv(as_tsv)):
        for name, each in wanted.items():
            if each.dtype != columns[name].dtype or not np.array_equal(each, columns[name]):
                raise SystemExit(f"the columns {name!r} differ.")
    seconds = interleaved(
        {
            "wrapper": lambda: sparqlwrapper_columns(as_json),
            "json": lambda: parse_json(as_json),
            "tsv": lambda: parse_tsv(as_tsv),
        },
        5,
    )
    peaks = {name: _child(name, folder)["peak"] for name in ("wrapper", "json", "tsv")}
    for name, least in (("tsv", 25.0), ("json", 2.0)):
        yield Row(
            what=f"{rows:,} rows x 4 columns in {name.upper()}, against SPARQLWrapper's JSON",
            reached=seconds["wrapper"] / seconds[name],
            unit="x",
            asked=least,
            note=f"{1e3 * seconds[name]:.0f} ms against {1e3 * seconds['wrapper']:.0f} ms CPU",
        )
        yield Row(
            what=f"peak memory of the same in {name.upper()}, body included",
            reached=peaks[name] / peaks["wrapper"],
            unit="x",
            asked=1 / 3,
            most=True,
            note=f"{peaks[name]:.0f} MB against {peaks['wrapper']:.0f} MB",
        )


def stores(full: bool, folder: Path) -> Iterator[Row]:
    """Loading and asking a cube, against rdflib's own engine."""
    observations = 100_000 if full else 4_000
    write_cube(folder / "cube.ttl", observations)
    ours, theirs = _child("load", folder), _child("load-rdflib", folder)
    yield Row(
        what=f"load a cube of {observations:,} observations (Turtle), against rdflib",
        reached=theirs["seconds"] / ours["seconds"],
        unit="x",
        asked=8.0,
        note=f"{ours['seconds']:.2f} s against {theirs['seconds']:.1f} s CPU, defects counted",
    )
    for name in ("held", "peak"):
        yield Row(
            what=f"memory {'it holds' if name == 'held' else 'at its peak'}",
            reached=ours[name] / theirs[name],
            unit="x",
            asked=1 / 3,
            most=True,
            note=f"{ours[name]:.0f} MB against {theirs[name]:.0f} MB",
        )
    for name in QUERIES:
        yield Row(
            what=f"{name}, into a table, against the rows of rdflib",
            reached=theirs[name] / ours[name],
            unit="x",
            asked=20.0,
            note=f"{1e3 * ours[name]:.2f} ms against {1e3 * theirs[name]:.1f} ms CPU",
        )


def million(full: bool, folder: Path) -> Iterator[Row]:
    """A cube of a million observations, opened and asked for one series."""
    observations = 1_000_000 if full else 4_000
    write_cube(folder / "cube.ttl", observations)
    ours = _child("load", folder)
    yield Row(
        what=f"one series by area of {observations:,} observations",
        reached=1e3 * ours["one series by area"],
        unit="ms",
        asked=10.0,
        most=True,
        note=f"opened in {ours['seconds']:.1f} s CPU, holds {ours['held']:,.0f} MB",
    )
    yield Row(
        what="the same with qb:dataSet written first",
        reached=1e3 * ours["badly ordered"],
        unit="ms",
        note=f"{ours['badly ordered'] / ours['one series by area']:.0f} times as long",
    )


def _child(work: str, folder: Path) -> dict[str, float]:
    """Do one work in a process of its own and return what it measured."""
    done = subprocess.run(
        [sys.executable, __file__, "--child", work, "--folder", str(folder)],
        check=True, capture_output=True, text=True, timeout=1200, cwd=ROOT,
    )  # fmt: skip
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def _work(work: str, folder: Path) -> dict[str, float]:
    if work in ("wrapper", "json", "tsv"):
        return _parse_in_child(work, folder)
    before = _resident()
    begin = time.process_time()
    ask: Callable[[str], Any]
    if work == "load":
        from fcm import lod

        before, begin = _resident(), time.process_time()
        source = lod.open(folder / "cube.ttl")
        ask = source.select
    else:
        import rdflib

        before, begin = _resident(), time.process_time()
        graph = rdflib.Graph().parse(folder / "cube.ttl", format="turtle")

        def ask(query: str) -> Any:
            return list(graph.query(query))

    seconds = time.process_time() - begin
    measured = {"seconds": seconds, "held": _resident() - before, "peak": _peak() - before}
    works = {name: (lambda text=HEAD + text: ask(text)) for name, text in QUERIES.items()}
    if work == "load":
        first, last = "?o dim:refArea", "qb:dataSet ex:cube }"
        bad = (
            QUERIES["one series by area"]
            .replace(last, "}")
            .replace(first, f"?o qb:dataSet ex:cube . {first}")
        )
        works["badly ordered"] = lambda: ask(HEAD + bad)
    return measured | interleaved(works, 3)


def _parse_in_child(work: str, folder: Path) -> dict[str, float]:
    from fcm.lod.answers.results import parse_json, parse_tsv

    # Everything is imported and has run once before the memory is read.
    small = b'{"head":{"vars":["a"]},"results":{"bindings":[]}}'
    parse_json(small), parse_tsv(b"?a\n1\n"), sparqlwrapper_columns(small)
    before = _resident()
    if work == "wrapper":
        columns: Any = sparqlwrapper_columns((folder / "answer.json").read_bytes())
    elif work == "json":
        with (folder / "answer.json").open("rb") as file:
            columns = parse_json(file)
    else:
        with (folder / "answer.tsv").open("rb") as file:
            columns = parse_tsv(file)
    return {"peak": _peak() - before, "rows": float(len(columns["value"]))}


def _resident() -> float:
    """Memory of this process now, MB."""
    return _status("VmRSS")


def _peak() -> float:
    return _status("VmHWM")


def _status(name: str) -> float:
    text = Path("/proc/self/status").read_text(encoding="utf-8")
    line = next(each for each in text.splitlines() if each.startswith(name))
    return int(line.split()[1]) / 1e3


PARTS: dict[str, Callable[[bool, Path], Iterator[Row]]] = {
    "results": results,
    "stores": stores,
    "million": million,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--full", action="store_true", help="the figures to quote, some minutes")
    size.add_argument("--quick", action="store_true", help="small sizes (the default)")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--json", type=Path, default=ROOT / ".benchmarks" / "lod.json")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        print(json.dumps(_work(asked.child, asked.folder)))
        return
    rows = []
    for part in asked.only:
        with tempfile.TemporaryDirectory() as folder:
            rows += list(PARTS[part](asked.full, Path(folder)))
    publish(rows, machine(), title="Linked Open Data", full=asked.full, path=asked.json)


if __name__ == "__main__":
    main()
