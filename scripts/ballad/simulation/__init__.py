"""The SYNTHETIC cohort: invented patients whose truth is known."""
