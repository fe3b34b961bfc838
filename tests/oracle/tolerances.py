"""How far a figure may lie from R's: the tolerances of the families of cases."""

# Largest absolute difference, by family and quantity. A family is the part of a case's
# name before its first underscore. Closed forms and own fits of this size agree to
# their last digits; the limits are for other machines, not for other formulas.
CLOSED, FITTED, PROFILE = 1e-10, 1e-8, 1e-6
TOLERANCES = {
    "km": {"": 1e-12},
    "rmst": {"": CLOSED},
    "lr": {"": CLOSED},
    "cox": {"": FITTED},
    "coxph": {"": FITTED, "lower_pl": PROFILE, "upper_pl": PROFILE},
    "zph": {"": FITTED},
    "mantel": {"": CLOSED},
    "simon": {"": 1e-12},
    "landmark": {"": FITTED, "logrank": CLOSED},
    "naive": {"": FITTED},
    "cuminc": {"": CLOSED, "est": 1e-12},
    "gray": {"": CLOSED},
    "aj": {"": 1e-12},
    "csc": {"": FITTED},
    # cmprsk stops on its own; with many ties its sandwich sums in another order.
    "crr": {"": FITTED, "se": 1e-5, "p": 1e-5},
    "fg": {"": FITTED},
    # R's glm stops early: its standard errors belong to the last step but one.
    "glm": {"": 1e-6, "se": 1e-4},
    "logistf": {"": FITTED, "lower_pl": PROFILE, "upper_pl": PROFILE},
    "brglm2": {"": FITTED},
    "coxphf": {"": FITTED, "lower_pl": PROFILE, "upper_pl": PROFILE},
    # R finds the conditional odds ratio and its limits by a search of limited precision.
    "tab1": {"": CLOSED, "fisher2x2_or": 1e-4, "fisher2x2_ci": 1e-4},
    "padjust": {"": 1e-12},
}


def tolerance(family: str, quantity: str) -> float:
    """Return the limit of a quantity: its own, or that of its family."""
    limits = TOLERANCES[family]
    first, last = quantity.split(".")[0], quantity.split(".")[-1]
    return limits.get(quantity, limits.get(last, limits.get(first, limits[""])))
