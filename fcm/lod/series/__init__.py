"""Series over periods: units, quality, and the scale from a measured value to an activation."""
