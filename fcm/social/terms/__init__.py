"""Words: which of them name a concept, and where they stand in texts."""
