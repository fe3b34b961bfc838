"""In how many patients a lesion could be found, and in how many it could be excluded."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT, STATES

# Choices of this project: below them a denominator holds the positives, and few others.
DECIDED = 0.5  # fraction of the tested without a finding in whom absence can be said
KNOWN = 0.1  # the same, of all without a finding
ONLY_POSITIVES = "absence can rarely be said: who has a state is mostly who is positive"


@dataclass(frozen=True)
class Ascertainment:
    """The patients in each of the four states of one lesion."""

    present: int
    absent: int
    indeterminate: int
    not_assessed: int

    @property
    def only_positives(self) -> bool:
        """
        Say whether the decided patients are little more than those who are positive.

        So it is where patients have the lesion and nobody can be said to be without
        it; where absence can be said in fewer than half of those who were tested and
        in whom nothing was found (an assay that lacks one of a lesion's genes); or
        where fewer are known to be without it than have it, and those are fewer than
        a tenth of all without a finding (an assay that can show but not exclude it).
        A percentage of present and absent, and a comparison of the two, then say
        nothing of the cohort: the missing states are informative.
        """
        if not self.present:
            return False
        negative = self.absent + self.indeterminate
        without = negative + self.not_assessed
        rare = self.absent < self.present and self.absent < KNOWN * without
        return not self.absent or self.absent < DECIDED * negative or rare

    @property
    def in_words(self) -> str:
        """Say what was found and where absence is known, in place of a percentage."""
        return f"{self.present} found; absence known in {self.absent}"


def ascertainment(states: Iterable[str]) -> Ascertainment:
    """Count the four states of one lesion; an empty state is not assessed."""
    counts = pd.Series(list(states), dtype=object).replace("", NOT_ASSESSED)
    sizes = counts.value_counts()
    return Ascertainment(
        *(
            int(sizes.get(state, 0))
            for state in (PRESENT, ABSENT, INDETERMINATE, NOT_ASSESSED)
        )
    )


def only_positives(table: pd.DataFrame) -> list[str]:
    """
    Name the lesions of a table whose decided patients are mostly positive.

    Parameters
    ----------
    table
        Genotypes or cohort: of its columns those that hold nothing but the four
        states, or nothing, are lesions.
    """
    return [
        str(name)
        for name in table.columns
        if _is_lesion(table[name]) and ascertainment(table[name]).only_positives
    ]


def note_on(cohort: pd.DataFrame, name: str, groups: Mapping[str, Any]) -> str:
    """
    Write the note that estimates by a lesion need where absence can rarely be said.

    Parameters
    ----------
    name
        A column of the cohort, or a group of the configuration, whose ``column``
        then counts.

    Returns
    -------
    str
        Empty for what is no lesion, and for lesions that can be excluded.
    """
    column = groups[name]["column"] if name in groups else name
    return ONLY_POSITIVES if column in only_positives(cohort.filter([column])) else ""


def _is_lesion(cells: pd.Series) -> bool:
    found = set(cells)
    return bool(found & set(STATES)) and found <= {*STATES, ""}
