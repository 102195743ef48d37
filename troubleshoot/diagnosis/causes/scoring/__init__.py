"""Answers to scoring calls."""
