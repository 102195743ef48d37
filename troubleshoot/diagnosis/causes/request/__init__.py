"""Requests that Azure or the client refuses."""
