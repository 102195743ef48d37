"""Why an attempt failed, told from plain values: no Django, no Celery, no Azure, no clock, no files."""
