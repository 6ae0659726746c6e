"""How fast the course is, section by section; absolute times are this machine's, ratios are what can be compared."""
