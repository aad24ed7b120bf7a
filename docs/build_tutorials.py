"""Execute the notebooks and write them as pages into docs/tutorials/, which git ignores."""

from __future__ import annotations

import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent
TARGET = HERE / "tutorials"


def main() -> None:
    """Build every page anew, with its pictures beside it."""
    import nbformat
    from nbconvert import MarkdownExporter
    from nbconvert.preprocessors import ExecutePreprocessor

    shutil.rmtree(TARGET, ignore_errors=True)
    TARGET.mkdir()
    for path in sorted((HERE.parent / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        # Whatever a notebook writes must not land beside the sources.
        work = TARGET / "work"
        work.mkdir()
        ExecutePreprocessor(timeout=300).preprocess(notebook, {"metadata": {"path": work}})
        shutil.rmtree(work)
        resources = {"output_files_dir": f"{path.stem}_files"}
        page, resources = MarkdownExporter().from_notebook_node(notebook, resources)
        for name, data in resources["outputs"].items():
            (TARGET / name).parent.mkdir(exist_ok=True)
            (TARGET / name).write_bytes(data)
        (TARGET / f"{path.stem}.md").write_text(page, encoding="utf-8")
        print(f"{path.name} -> {TARGET.name}/{path.stem}.md")


if __name__ == "__main__":
    main()
