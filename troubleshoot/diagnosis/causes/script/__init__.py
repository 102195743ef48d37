"""The scoring script and its packages."""
