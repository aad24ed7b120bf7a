"""Striking out of texts what points at people, and what that does to the figures."""

from fcm.social.redaction.effect import CellChange, LevelEffect, RedactionEffect
from fcm.social.redaction.masking import LEVELS, Redaction, redact
from fcm.social.redaction.pairing import redaction_effect

__all__ = [
    "LEVELS",
    "CellChange",
    "LevelEffect",
    "Redaction",
    "RedactionEffect",
    "redact",
    "redaction_effect",
]
