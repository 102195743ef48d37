"""Probes, time and memory after the start."""
