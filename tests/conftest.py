"""What every test may ask for: the shared data, and no way out to the network."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

# Machines are shared: a slow example is no fault. In CI the examples are the same in every run.
settings.register_profile(
    "unhurried",
    settings.get_profile("ci" if os.environ.get("CI") else "default"),
    deadline=None,
)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real data and published cases kept beside the checkout; see CONTRIBUTING."""
    place = Path(os.environ.get("FCM_SHARED", ROOT.parent / "shared"))
    if not (place / "data").is_dir():
        pytest.skip(f"the shared data are not at {place}; set FCM_SHARED to their folder")
    return place


@pytest.fixture(autouse=True)
def _loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = str(address[0])  # type: ignore[index]
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                message = f"tests may not connect to {host}"
                raise RuntimeError(message)
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
