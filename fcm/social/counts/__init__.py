"""Counting people: cells of concepts and periods, what may be shown of them, and their files."""
