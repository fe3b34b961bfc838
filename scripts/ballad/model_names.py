"""What follows the name of a model in models.tsv: fits that stand beside it."""

UNIVARIABLE = "_univariable"
BY_PERIOD = "_by_period"
WITHIN_LEVEL = "_within_level"
CLOSER = (BY_PERIOD, WITHIN_LEVEL)  # a closer look at one term: no tests of their own


def model_of(name: str) -> str:
    """Return the model that a fit stands beside; of a model its own name."""
    for ending in (UNIVARIABLE, *CLOSER):
        name = name.removesuffix(ending)
    return name
