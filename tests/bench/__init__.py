"""The bench: each module gives rows of figures, side by side with a named baseline, measured in one run."""
