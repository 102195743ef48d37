"""Quota, limits and capacity."""
