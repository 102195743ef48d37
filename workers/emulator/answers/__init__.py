"""Azure's answers, one file a kind of question."""
