"""One log line as JSON, with the watch, workspace and deployment that it belongs to."""
import json
import logging

_FIELDS = ("watch", "workspace", "endpoint", "deployment", "attempt", "request_id")


class JsonLine(logging.Formatter):
    """Formats a record as one line of JSON; what a record's text holds can never start a second line."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its newline."""
        line = {
            "at": self.formatTime(record, "%Y-%m-%dT%H:%M:%S"),
            "level": record.levelname,
            "part": record.name,
            "message": record.getMessage(),
        }
        line |= {name: getattr(record, name) for name in _FIELDS if hasattr(record, name)}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str)
