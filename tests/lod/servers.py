"""Real SPARQL servers for the tests, on loopback, each in a folder of its own.

Both are started by the tests that need them and ended with them. Where a server is not installed,
its tests are skipped with the reason.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

__all__ = ["oxigraph", "virtuoso"]

_START = 30.0  # seconds
_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
Striping = 0
TempStorage = TempDatabase
[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000
Striping = 0
[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
DisableTcpSocket = 0
ServerThreads = 10
CheckpointInterval = 0
NumberOfBuffers = 8000
MaxDirtyBuffers = 4000
DirsAllowed = {data}
[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 10000
MaxQueryCostEstimationTime = 400
MaxQueryExecutionTime = 60
"""


@contextmanager
def oxigraph(triples: Path, folder: Path) -> Iterator[str]:
    """Serve an N-Triples file with Oxigraph; yields the address of the endpoint."""
    found = shutil.which("oxigraph", path=str(Path(sys.executable).parent)) or shutil.which(
        "oxigraph"
    )
    if found is None:
        pytest.skip("the server oxigraph is not installed (pip install oxigraph==0.5.13)")
    place, log = folder / "oxigraph", folder / "oxigraph.log"
    with log.open("wb") as out:
        subprocess.run(
            [found, "load", "--location", place, "--file", triples],
            check=True, timeout=60, stdout=out, stderr=out,
        )  # fmt: skip
        (port,) = _free_ports(1)
        command = [found, "serve-read-only", "--location", place, "--bind", f"127.0.0.1:{port}"]
        with _running(command, log, out, f"http://127.0.0.1:{port}/query") as url:
            yield url


@contextmanager
def virtuoso(triples: Path, folder: Path) -> Iterator[str]:
    """Serve an N-Triples file with Virtuoso; yields the address of the endpoint."""
    server, shell = shutil.which("virtuoso-t"), shutil.which("isql-vt")
    if server is None or shell is None:
        pytest.skip("Virtuoso is not installed (apt-get install virtuoso-opensource-7-bin)")
    sql, http = _free_ports(2)
    ini, log = folder / "virtuoso.ini", folder / "virtuoso.out"
    ini.write_text(_INI.format(folder=folder, data=triples.parent, sql=sql, http=http))
    with log.open("wb") as out:
        command = [server, "+foreground", "+configfile", str(ini)]
        with _running(command, log, out, f"http://127.0.0.1:{http}/sparql") as url:
            load = (
                f"ld_dir('{triples.parent}', '{triples.name}', 'urn:test:graph'); rdf_loader_run();"
            )
            subprocess.run(
                [shell, f"127.0.0.1:{sql}", "dba", "dba", f"EXEC={load}"],
                check=True, timeout=60, stdout=out, stderr=out,
            )  # fmt: skip
            yield url


@contextmanager
def _running(command: list[str | Path], log: Path, out: BinaryIO, url: str) -> Iterator[str]:
    """Start a server, wait until it answers, and end it afterwards."""
    process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        if not _answers(process, url):
            said = log.read_text(errors="replace")[-500:]
            message = f"{command[0]} gives no answer within {_START:.0f} s: {said}"
            raise RuntimeError(message)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def _answers(process: subprocess.Popen[bytes], url: str) -> bool:
    """Ask until there is an answer; False if the time is up or the server has ended."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _START
    while time.monotonic() < end:
        try:
            with opener.open(f"{url}?query=ASK%7B%7D", timeout=5):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            pass
        try:
            process.wait(timeout=0.05)
        except subprocess.TimeoutExpired:
            continue
        return False
    return False


def _free_ports(count: int) -> tuple[int, ...]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    try:
        return tuple(each.getsockname()[1] for each in sockets)
    finally:
        for each in sockets:
            each.close()
