"""The identifiers under which other programs know patients and samples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from ballad.exports.cells import identifiers

NONE = ""  # the sample of a patient without one


@dataclass(frozen=True)
class Names:
    """Identifiers of the patients of the cohort and of their samples."""

    patients: Mapping[str, str]
    samples: Mapping[tuple[str, str], str]  # (patient, sample)

    @property
    def table(self) -> pd.DataFrame:
        """List which identifier stands for whom: patient, sample, their identifiers."""
        return pd.DataFrame(
            [
                (patient, sample, self.patients[patient], name)
                for (patient, sample), name in self.samples.items()
            ],
            columns=["patient", "sample", "patient_identifier", "sample_identifier"],
        )


def names_of(patients: Iterable[str], samples: Iterable[Mapping[str, str]]) -> Names:
    """
    Name the patients of the cohort and their samples; a patient without gets one.

    Two patients may call a sample by the same name: both names then end differently.
    """
    people = list(patients)
    here = set(people)
    own: dict[str, list[str]] = {}
    for row in samples:
        if row["patient"] in here:
            own.setdefault(row["patient"], []).append(row["sample"])
    keys = [
        (patient, sample)
        for patient in people
        for sample in dict.fromkeys(own.get(patient, [NONE]))
    ]
    return Names(
        identifiers((patient, patient) for patient in people),
        identifiers(
            ((patient, sample), sample or f"{patient}_no_sample")
            for patient, sample in keys
        ),
    )
