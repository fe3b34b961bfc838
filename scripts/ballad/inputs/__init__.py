"""What the laboratory and the clinic send, and the checks before work starts."""
