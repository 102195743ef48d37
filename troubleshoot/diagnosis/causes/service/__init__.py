"""The service itself, and operations that were cancelled."""
