"""Text files as UTF-8, with the place of the first byte that is not.

Errors raised here carry no content of the file, not even as the context of the exception.
"""

from __future__ import annotations

from pathlib import Path

from fcm.errors import FileError

__all__ = ["read_utf8"]


def read_utf8(path: str | Path) -> str:
    """Return the text of a file, without a byte-order mark.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    str
        With the line ends of the file.

    Raises
    ------
    FileError
        If the file cannot be opened or is not UTF-8; the message names line and byte.
    """
    problem, data = "", b""
    try:
        data = Path(path).read_bytes()
    except OSError as error:
        problem = error.strerror or type(error).__name__
    if problem:
        raise FileError(f"cannot be read ({problem}).", path=path)
    at = -1
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # The decoder counts from behind a byte-order mark.
        at = error.start + 3 * data.startswith(b"\xef\xbb\xbf")
    line = data.count(b"\n", 0, at) + 1
    raise FileError(
        f"byte {at} (0x{data[at]:02x}) is not UTF-8; the file is perhaps Latin-1. Save it as "
        "UTF-8 first.",
        path=path,
        line=line,
    )
