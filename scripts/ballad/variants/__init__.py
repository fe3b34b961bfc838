"""Small variants: read, annotated, filtered, judged."""
