"""Answers to queries: parsed, typed by column, with what was ill-typed counted."""
