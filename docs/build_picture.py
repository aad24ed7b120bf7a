"""Draw docs/images/madrid.svg, the picture of the README, from the shipped study."""

from __future__ import annotations

from pathlib import Path

import fcm

PICTURE = Path(__file__).parent / "images" / "madrid.svg"

if __name__ == "__main__":
    picture = fcm.report.what_if_picture(fcm.examples.load("madrid").run())
    PICTURE.write_text(picture, encoding="utf-8", newline="\n")
    print(PICTURE)
