"""Start of the container and its server."""
