from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import fcm
from fcm.__main__ import main


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A small map in a file."""
    m = fcm.CognitiveMap.from_links(
        {("staff capacity", "response time"): -0.7, ("response time", "citizen trust"): -0.5},
        levers=["staff capacity"],
        outcomes=["citizen trust"],
    )
    path = tmp_path / "desk.json"
    fcm.save(m, path)
    return path


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run the command, expect exit code 2 and exactly one message, and return it."""
    try:
        code = main(words)
    except SystemExit as stop:
        code = int(stop.code or 0)
    seen = capsys.readouterr()
    assert code == 2
    assert seen.out == ""
    assert "Traceback" not in seen.err
    return seen.err


def test_simulate_prints_the_change_of_every_concept(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["simulate", str(desk), "--clamp", "staff capacity=1"]) == 0
    out = capsys.readouterr().out
    assert "not a forecast" in out
    change = {
        line.rsplit(maxsplit=3)[0]: float(line.split()[-1])
        for line in out.splitlines()
        if line.startswith(("staff", "response", "citizen"))
    }
    assert change["response time"] < 0 < change["citizen trust"]


def test_a_clamp_to_zero_is_a_clamp(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", str(desk), "--clamp", "staff capacity=0"]) == 0
    row = next(
        line for line in capsys.readouterr().out.splitlines() if line.startswith("staff capacity")
    )
    assert row.split()[3] == "0.0000"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--clamp", "staff capacty=1"], "Did you mean 'staff capacity'?"),
        (["--clamp", "staff capacity"], "is not of the form"),
        (["--clamp", "staff capacity=much"], "is not of the form"),
        (["--clamp", "staff capacity=nan"], "expected a finite number"),
        (["--clamp", "=1"], "is not of the form"),
        (["--transfer", "bivalent", "--slope", "2"], "--slope has no meaning"),
        (["--slope", "-1"], "slope"),
        (["--slope", "0"], "slope"),
        (["--max-steps", "0"], "max_steps"),
        (["--rule", "koskow"], "invalid choice"),
    ],
)
def test_a_bad_what_if_is_refused_in_one_message(
    desk: Path, capsys: pytest.CaptureFixture[str], words: list[str], message: str
) -> None:
    assert message in refused(capsys, "simulate", str(desk), *words)


def test_no_command_at_all_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert "COMMAND" in refused(capsys)


def test_a_map_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "nowhere.json" in refused(capsys, "check", "nowhere.json")


def test_run_writes_the_note_the_tables_and_all_that_is_known_of_the_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    study = fcm.examples.path("madrid") / "study.toml"
    assert main(["run", str(study), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    assert capsys.readouterr().out == f"Decision note: {tmp_path / 'out' / 'note.html'}\n"
    files = {path.name for path in (tmp_path / "out").iterdir()}
    assert files == {"note.html", "map.json", "estimate.json", "what-if.csv", "weights.csv"}
    # Two links average to 0, since respondents contradict each other; they must not be lost.
    assert len(fcm.read(tmp_path / "out" / "map.json").links()) == 40
    assert len(fcm.read(tmp_path / "out" / "estimate.json").links) == 42


def test_a_study_that_is_a_folder_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert str(tmp_path) in refused(capsys, "run", str(tmp_path), "--out", str(tmp_path / "out"))


def test_a_weight_of_five_is_refused_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "links.csv"
    path.write_text("source,target,weight\nrain,wet street,0.5\nwind,rain,5\n")
    message = refused(capsys, "check", str(path))
    assert "line 3" in message
    assert "5" in message


def test_check_returns_one_where_something_is_wrong(
    desk: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(desk)]) == 0
    assert "CognitiveMap(" in capsys.readouterr().out


def test_convert_keeps_names_order_and_every_bit_of_the_weights(desk: Path, tmp_path: Path) -> None:
    table, back = tmp_path / "desk.csv", tmp_path / "back.json"
    assert main(["convert", str(desk), str(table)]) == 0
    assert main(["convert", str(table), str(back)]) == 0
    first, again = fcm.read(desk), fcm.read(back)
    assert again.names == first.names
    assert (again.weights == first.weights).all()


def test_convert_to_an_unknown_format_names_the_known_ones(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ".json" in refused(capsys, "convert", str(desk), "desk.docx")


def test_a_pipe_that_closes_early_is_no_error(desk: Path) -> None:
    command = f'"{sys.executable}" -m fcm simulate "{desk}" | head -n 1'
    done = subprocess.run(
        command, shell=True, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stderr == ""


def test_json_that_is_no_map_is_refused_by_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "map.json"
    path.write_text(json.dumps({"format": "fcm-map", "version": 99}))
    assert "version" in refused(capsys, "check", str(path))
