"""Servers on loopback for the tests of sources."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lod.fault_server import FaultServer


@pytest.fixture
def faulty() -> Iterator[FaultServer]:
    """A server that answers as it is told to."""
    server = FaultServer()
    yield server
    server.close()
