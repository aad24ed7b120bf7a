"""Weights that are not known exactly: intervals, fuzzy numbers, draws and sound bounds."""
