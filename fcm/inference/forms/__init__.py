"""Rules and transfers beyond the plain ones: certainty, lags, steps, numbers per concept."""
