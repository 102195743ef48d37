"""Roles, identities and secrets."""
