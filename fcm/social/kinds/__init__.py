"""What a post is for: a report, a question, a suggestion, a complaint or praise, or unsure."""

from fcm.social.kinds.judging import KINDS, UNSURE, PostKinds

__all__ = ["KINDS", "UNSURE", "PostKinds"]
