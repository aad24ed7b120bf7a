"""Observations in all their forms: data cubes, SOSA, cube.link, Wikidata statements and OData."""
