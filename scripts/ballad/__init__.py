"""From the files of a B-ALL cohort to outcome statistics."""
