"""What a study found, for readers: a decision note, plain tables and a picture."""

from fcm.report.change_picture import what_if_picture
from fcm.report.findings import Findings, Source
from fcm.report.note import note
from fcm.report.text import tables

__all__ = ["Findings", "Source", "note", "tables", "what_if_picture"]
