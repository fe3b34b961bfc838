"""What follows the name of a model in models.tsv: fits that stand beside it."""

import re

INTERACTION = "interaction"  # the analysis of a test, whose note names its model
UNIVARIABLE = "_univariable"
BY_PERIOD = "_by_period"
WITHIN_LEVEL = "_within_level"
CLOSER = (BY_PERIOD, WITHIN_LEVEL)  # a closer look at one term: no tests of their own


def model_of(name: str) -> str:
    """Return the model that a fit stands beside; of a model its own name."""
    for ending in (UNIVARIABLE, *CLOSER):
        name = name.removesuffix(ending)
    return name


def tested_model(note: str) -> str:
    """Return the model that the note of an interaction's test names; else empty."""
    named = re.search(r"(?:^|; )model ([^;]+)", note)
    return named[1] if named else ""
