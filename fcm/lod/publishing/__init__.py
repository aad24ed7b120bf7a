"""Maps, weights, scenarios and results as Linked Open Data, and back."""
