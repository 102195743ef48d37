"""Fetching model and code."""
