"""The four states of a lesion; silence is never ``absent``."""

PRESENT = "present"
ABSENT = "absent"
NOT_ASSESSED = "not_assessed"
INDETERMINATE = "indeterminate"

STATES = (PRESENT, ABSENT, NOT_ASSESSED, INDETERMINATE)
