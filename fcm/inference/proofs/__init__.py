"""What can be said of all runs at once: certificates, brackets, attractors, slopes."""
