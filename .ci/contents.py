"""Check what a wheel holds: all of fcm with its data, and nothing that may not ship."""

from __future__ import annotations

import hashlib
import os
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PRIVATE = ("raw", "lod", "annotations")


def main(path: str) -> None:
    """Compare the wheel with the tree, and with the shared data where they are present."""
    with zipfile.ZipFile(path) as wheel:
        held = {
            each: hashlib.sha256(wheel.read(each)).hexdigest()
            for each in wheel.namelist()
            if not each.endswith("/")
        }
    wanted = {
        each.relative_to(ROOT).as_posix()
        for each in (ROOT / "fcm").rglob("*")
        if each.is_file() and "__pycache__" not in each.parts
    }
    inside = {each for each in held if ".dist-info/" not in each}
    problems = [f"missing in the wheel: {each}" for each in sorted(wanted - inside)]
    problems += [f"should not be in the wheel: {each}" for each in sorted(inside - wanted)]
    for each in ("fcm/py.typed", "fcm/examples/madrid/study.toml", "fcm/examples/madrid/NOTICE.md"):
        if each not in held:
            problems.append(f"missing in the wheel: {each}")
    for name in ("LICENSE", "NOTICE.md"):
        if not any(".dist-info/licenses/" in each and each.endswith(name) for each in held):
            problems.append(f"no {name} among the wheel's licence files")
    shared = Path(os.environ.get("FCM_SHARED", ROOT.parent / "shared")) / "data"
    foreign = {
        hashlib.sha256(each.read_bytes()).hexdigest(): each
        for folder in sorted(shared.glob("*"))
        for part in PRIVATE
        for each in (folder / part).rglob("*")
        if each.is_file()
    }
    problems += [
        f"{each} is a copy of {foreign[digest].name} of the shared data"
        for each, digest in sorted(held.items())
        if digest in foreign
    ]
    if problems:
        sys.exit("\n".join(problems))
    print(f"{Path(path).name}: {len(held)} files, none of the {len(foreign)} shared ones")


if __name__ == "__main__":
    main(sys.argv[1])
