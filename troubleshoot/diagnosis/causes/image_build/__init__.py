"""The build of the environment image."""
