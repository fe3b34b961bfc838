"""Which assays a SYNTHETIC patient had."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from ballad.simulation.biology import Patient
from ballad.simulation.design import Design

COVERED, OUTSIDE, SHORT = "covered", "outside the targets", "coverage short"
DRAWN = ("rna", "karyotype", "fish", "array", "flow")


@dataclass(frozen=True)
class Assays:
    """The assays of one patient; a FISH probe is ``fish.PROBE``."""

    done: frozenset[str]
    tp53: str  # COVERED, OUTSIDE or SHORT, by the DNA panel


def simulate_assays(
    rng: np.random.Generator, patients: list[Patient], design: Design
) -> list[Assays]:
    """
    Draw who had what; then force what the design demands.

    Availability comes first. Where no assay that shows the planted subtype was done,
    one is forced on; some strata always or never have an assay.
    """
    parameters = design.parameters
    outside = int(parameters["tp53_outside_targets"])
    wild = [n for n, p in enumerate(patients) if _without_tp53_allele(p)]
    # The draw is of all, so that decoys move no other patient's assays.
    among = [n for n in rng.permutation(np.array(wild)) if _spare(patients[int(n)])]
    short = int(parameters["tp53_low_coverage"])
    tp53 = dict.fromkeys((int(n) for n in among[:outside]), OUTSIDE)
    tp53 |= dict.fromkeys((int(n) for n in among[outside : outside + short]), SHORT)
    return [
        Assays(_done(rng, patient, design), tp53.get(number, COVERED))
        for number, patient in enumerate(patients)
    ]


def _without_tp53_allele(patient: Patient) -> bool:
    return patient.tp53 is None and all(
        variant.allele.role != "tp53_vus" for variant in patient.variants
    )


def _spare(patient: Patient) -> bool:
    """Say whether no decoy needs a usable TP53 result of the patient."""
    unlisted = any(v.allele.role == "tp53_unlisted" for v in patient.variants)
    return not unlisted and not patient.extras.second_sample


def _done(rng: np.random.Generator, patient: Patient, design: Design) -> frozenset[str]:
    stratum = patient.stratum
    drawn = {name for name in DRAWN if rng.random() < design.parameters[name]}
    fractions = {
        f"fish.{row['probe']}": float(row["fraction_of_fish"]) for row in design.probes
    }
    probes = {name for name, part in fractions.items() if rng.random() < part}
    always = {name for name, part in fractions.items() if part == 1}
    required = {*stratum.require, *patient.extras.require}
    forbid = stratum.forbid | patient.extras.forbid
    if stratum.subtype == "hyperdiploid" and patient.tp53 is not None:
        # A mutated TP53 makes a doubled hypodiploid clone possible: an array decides.
        required.add("array")
    done = _allowed({"dna", *drawn, *required}, forbid)
    if "fish" in done:
        done |= _allowed(probes, forbid)
    if stratum.seen_by and not stratum.seen_by & done:
        done.add(stratum.first)
    if any(name.startswith("fish.") for name in done):
        done |= {"fish", *always}
    return frozenset(done)


def _allowed(names: Iterable[str], forbid: frozenset[str]) -> set[str]:
    return {n for n in names if n not in forbid and n.split(".")[0] not in forbid}
