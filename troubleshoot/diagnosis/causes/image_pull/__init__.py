"""Fetching the container image."""
