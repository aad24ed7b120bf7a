"""A study: one file that names sources, privacy, dynamics and scenarios, and how it is run."""

from fcm.study.study import Study

__all__ = ["Study"]
