"""Results of a cohort -> its cBioPortal study."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from ballad.exports.cbioportal import (
    MUTATION_COLUMNS,
    MUTATIONS,
    STRUCTURAL,
    Study,
    assembled,
    panels,
)
from ballad.exports.clinical_attributes import (
    SAMPLE_ATTRIBUTES,
    clinical_table,
    patient_attributes,
    patient_rows,
    sample_rows,
)
from ballad.exports.maf import study_rows
from ballad.exports.names import Names
from ballad.exports.selection import NORMAL, profiled_genes, rearrangement_genes
from ballad.exports.structural_table import structural_rows

SEX = {"F": "Female", "M": "Male"}
STATE_WORDS = {"not_assessed": "not assessed"}


@dataclass(frozen=True)
class Calls:
    """What was found in the samples, all of it and what is exported of it."""

    variants: pd.DataFrame
    exported_variants: pd.DataFrame
    maf: pd.DataFrame
    exported_fusions: pd.DataFrame
    callability: pd.DataFrame
    lesions: pd.DataFrame
    evidence: pd.DataFrame


@dataclass(frozen=True)
class Sheets:
    """The sample sheet, the names of what it lists, and how it is read."""

    samples: Sequence[Mapping[str, str]]
    names: Names
    genome_build: str  # of the study, and of samples that do not say
    remission_below_blasts_pct: float

    @property
    def builds(self) -> dict[tuple[str, str], str]:
        """Return the genome build of each sample."""
        return {
            (row["patient"], row["sample"]): row["genome_build"] or self.genome_build
            for row in self.samples
        }

    @property
    def of_the_study(self) -> set[tuple[str, str]]:
        """
        Return the samples whose calls may stand in the study.

        A study has one genome build; samples of another are listed, but not profiled.
        """
        normal = {
            (row["patient"], row["sample"])
            for row in self.samples
            if row["timepoint"] == NORMAL
        }
        return {
            key
            for key, build in self.builds.items()
            if build == self.genome_build
            and key in self.names.samples
            and key not in normal
        }

    @property
    def few_blasts(self) -> set[tuple[str, str, str]]:
        """Return patient, sample and assay whose negative results prove nothing."""
        return {
            (row["patient"], row["sample"], row["assay"])
            for row in self.samples
            if row["blast_pct"]
            and float(row["blast_pct"]) < self.remission_below_blasts_pct
        }


def cohort_study(
    study_id: str,
    words: tuple[str, str],
    cohort: pd.DataFrame,
    sheets: Sheets,
    calls: Calls,
    lesion_rules: pd.DataFrame,
    flags: Mapping[str, str],
    attributes: Iterable[Mapping[str, str]],
    survival: Iterable[str],
) -> Study:
    """
    Make the study.

    Parameters
    ----------
    words
        Title and description.
    cohort
        One row per patient.
    lesion_rules : columns lesion, genes, absent_by
    flags
        Four-state columns of the cohort and what they mean.
    attributes
        Of patients, as `patient_attributes` reads them.
    survival
        Time endpoints to give as pairs of status and months.
    """
    chosen = patient_attributes(cohort, attributes, flags, survival)
    codes = {"sex": SEX, **dict.fromkeys(flags, STATE_WORDS)}
    here = sheets.of_the_study
    profiled = {
        (sheets.names.samples[key], profile): genes
        for profile, by_sample in _profiled(sheets, calls, lesion_rules).items()
        for key, genes in by_sample.items()
        if key in here
    }
    listed = pd.DataFrame(
        [row for row in sheets.samples if row["timepoint"] != NORMAL],
        columns=["patient", "sample", "assay", "timepoint"],
    )
    fusions = calls.exported_fusions
    shown = pd.Series(
        [(row["patient"], row["sample"]) in here for row in fusions.to_dict("records")],
        index=fusions.index,
        dtype=bool,
    )
    return assembled(
        study_id,
        words[0],
        words[1],
        sheets.genome_build,
        {
            "patient": clinical_table(
                patient_rows(cohort, chosen, sheets.names.patients, codes),
                [attribute for attribute, _ in chosen],
            ),
            "sample": clinical_table(
                sample_rows(cohort["patient"], listed, sheets.names),
                SAMPLE_ATTRIBUTES,
            ),
        },
        study_rows(calls.maf, MUTATION_COLUMNS, sheets.genome_build),
        structural_rows(fusions[shown], sheets.names.samples, sheets.builds),
        panels(profiled),
    )


def _profiled(
    sheets: Sheets, calls: Calls, lesion_rules: pd.DataFrame
) -> dict[str, dict[tuple[str, str], frozenset[str]]]:
    return {
        MUTATIONS: profiled_genes(
            calls.callability,
            calls.variants,
            calls.exported_variants,
            sheets.few_blasts,
        ),
        STRUCTURAL: rearrangement_genes(
            lesion_rules, calls.lesions, calls.evidence, calls.exported_fusions
        ),
    }
