"""SYNTHETIC decoys: findings that look like a lesion, or hide one (STUDY 6.5)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from ballad.simulation.assays import OUTSIDE, SHORT, Assays
from ballad.simulation.biology import PAX5, PH, Patient, PlantedVariant
from ballad.simulation.design import Allele, Design, chosen
from ballad.simulation.outcome import Course

RECORDED = ("marrow_blasts", "emd_history", "baseline_cd19")
# Written fractions differ from the planted ones by the rounding of reads.
FLOOR, NEAR_FLOOR = 0.05, 0.005
Fits = Callable[[Patient], bool]


class Planting:
    """The patients while decoys are planted; nobody gets two that may collide."""

    def __init__(
        self, rng: np.random.Generator, patients: list[Patient], design: Design
    ) -> None:
        self.rng = rng
        self.patients = list(patients)
        self.design = design
        self.decoys: list[tuple[str, str]] = []
        self.taken: set[int] = set()

    def choose(self, decoy: str, fits: Fits, n: int | None = None) -> list[int]:
        """Draw the decoy's patients among those without one; note who they are."""
        wanted = int(self.design.decoys[decoy]["n"]) if n is None else n
        among = [
            i for i, p in enumerate(self.patients) if i not in self.taken and fits(p)
        ]
        if len(among) < wanted:
            raise ValueError(
                f"decoy {decoy} needs {wanted} patients, {len(among)} are suitable; "
                "take another seed"
            )
        found = chosen(self.rng, among, wanted)
        self.taken |= set(found)
        self.decoys += [(self.patients[i].patient, decoy) for i in found]
        return found

    def add(self, number: int, **extras: Any) -> None:
        """Set extras of a patient."""
        patient = self.patients[number]
        changed = replace(patient.extras, **extras)
        self.patients[number] = replace(patient, extras=changed)

    def variant(self, number: int, planted: PlantedVariant) -> None:
        """Add an allele."""
        patient = self.patients[number]
        self.patients[number] = replace(patient, variants=(*patient.variants, planted))

    def first_tp53(
        self, number: int, planted: PlantedVariant, purity: float | None = None
    ) -> None:
        """Replace the first variant of a mutated TP53, and the purity if given."""
        patient = self.patients[number]
        if patient.tp53 is None:
            raise ValueError(f"{patient.patient} has no TP53 mutation to replace")
        old = patient.tp53.variants[0]
        tp53 = replace(patient.tp53, variants=(planted, *patient.tp53.variants[1:]))
        rest = tuple(v for v in patient.variants if v is not old)
        changed = replace(patient, tp53=tp53, variants=(planted, *rest))
        self.patients[number] = replace(changed, purity=purity or patient.purity)

    def any_allele(self, role: str) -> Allele:
        """Draw an allele of a role."""
        alleles = self.design.alleles[role]
        return alleles[int(self.rng.integers(len(alleles)))]


def plant_decoys(
    rng: np.random.Generator,
    patients: list[Patient],
    courses: list[Course],
    design: Design,
) -> tuple[list[Patient], list[tuple[str, str]]]:
    """
    Plant the genetic decoys.

    Returns
    -------
    list of Patient
        In their order, with decoys.
    list of patient, decoy
    """
    planting = Planting(rng, patients, design)
    _single_tp53(planting)
    _second_lesions(planting)
    _spellings(planting)
    _second_samples(planting, courses)
    _low_tp53(planting)
    _artefacts(planting)
    _weak_fusions(planting)
    _clonal_haematopoiesis(planting)
    _read_through(planting)
    return planting.patients, planting.decoys


def _single(patient: Patient) -> bool:
    """Say whether one missense TP53 variant is all: its VAF proves no second hit."""
    return (
        patient.tp53 is not None
        and patient.tp53.allelic == "single"
        and patient.tp53.variants[0].allele.role == "tp53_missense"
    )


def _single_tp53(planting: Planting) -> None:
    hotspot = next(
        allele
        for allele in planting.design.alleles["tp53_missense"]
        if allele.protein_change == "R248Q"
    )
    (founder,) = planting.design.alleles["tp53_r337h"]

    def bare(patient: Patient) -> bool:
        others = patient.lesions & {"ras_mutation", "jakstat_mutation"}
        return _single(patient) and not others

    def bare_mrd(patient: Patient) -> bool:
        return bare(patient) and patient.indication == "mrd"

    # A DNA sample in remission is likely where MRD is treated.
    fits = bare_mrd if any(map(bare_mrd, planting.patients)) else bare
    for number in planting.choose("D5_remission", fits):
        allele = planting.patients[number].variants[0].allele
        planting.first_tp53(number, PlantedVariant(allele, 0.48), purity=0.96)
        planting.add(number, dna_in_remission=True)
    for number in planting.choose("D5_r337h", _single):
        planting.first_tp53(number, PlantedVariant(founder, 0.48), purity=0.96)
    for decoy, text in (
        ("D4_germline", "germline"),
        ("D4_clustered", "clustered_events"),
    ):
        for number in planting.choose(decoy, _single):
            vaf = planting.patients[number].variants[0].vaf
            planting.first_tp53(number, PlantedVariant(hotspot, vaf, text))
    second = {a.pos: a for a in planting.design.alleles["tp53_second_alt"]}

    def sited(patient: Patient) -> bool:
        return patient.tp53 is not None and _first(patient).allele.pos in second

    for number in planting.choose("D17_two_alleles", sited):
        first = _first(planting.patients[number])
        planting.variant(number, PlantedVariant(second[first.allele.pos], 0.012))


def _first(patient: Patient) -> PlantedVariant:
    return patient.variants[0]


def _second_samples(planting: Planting, courses: list[Course]) -> None:
    course = {p.patient: c for p, c in zip(planting.patients, courses, strict=True)}

    def responder(patient: Patient) -> bool:
        return bool(course[patient.patient].responder)

    def wild_relapse(patient: Patient) -> bool:
        relapsed = course[patient.patient].relapse_day is not None
        return relapsed and patient.tp53 is None

    def mutated(patient: Patient) -> bool:
        return patient.tp53 is not None and patient.indication in ("mrd", "rr")

    for decoy, fits, timepoint in (
        ("D13_before_start", mutated, "before_start"),
        ("D13_relapse", wild_relapse, "relapse"),
        ("D13_remission", responder, "remission"),
    ):
        for number in planting.choose(decoy, fits):
            planting.add(number, second_sample=timepoint)


def _second_lesions(planting: Planting) -> None:
    def philadelphia(patient: Patient) -> bool:
        return patient.stratum.group == PH and "rna" not in patient.stratum.forbid

    def hyperdiploid(patient: Patient) -> bool:
        return patient.stratum.stratum == "hyperdiploid"

    def iamp21(patient: Patient) -> bool:
        return patient.stratum.stratum == "iAMP21"

    shown = frozenset({"rna", "flow"})
    for decoy, fits in (
        ("D9_ph", philadelphia),
        ("D9_hyperdiploid", hyperdiploid),
        ("D9_iamp21", iamp21),
    ):
        for number in planting.choose(decoy, fits):
            patient = planting.patients[number]
            planting.patients[number] = replace(
                patient,
                lesions=patient.lesions | {"crlf2_r", "par1_deletion"},
                focal=patient.focal | {"par1_deletion"},
            )
            planting.add(
                number,
                fusions=("P2RY8::CRLF2",),
                seen_by={"crlf2_r": shown},
                require=frozenset({"rna"}),
                forbid=frozenset({"fish.CRLF2"}),
            )


def _spellings(planting: Planting) -> None:
    def of_detail(*details: str) -> Fits:
        return lambda patient: patient.stratum.detail in details

    philadelphia = of_detail("BCR::ABL1 p190", "BCR::ABL1 p210")
    for number in planting.choose("D11_three_way", philadelphia):
        planting.add(
            number,
            karyotype="t(9;14;22)(q34;q32;q11.2)",
            require=frozenset({"karyotype"}),
            forbid=frozenset({"rna", "fish"}),
        )
    for number in planting.choose("D11_reversed_crlf2", of_detail("IGH::CRLF2")):
        planting.add(
            number,
            locus_last=True,
            require=frozenset({"rna"}),
            forbid=frozenset({"fish.CRLF2", "flow"}),
        )
    for number in planting.choose("D11_reversed_dux4", of_detail("IGH::DUX4")):
        planting.add(number, locus_last=True, require=frozenset({"rna"}))


def _low_tp53(planting: Planting) -> None:
    age = planting.design.parameters["ch_age"]

    def old(patient: Patient) -> bool:
        vus = any(v.allele.role == "tp53_vus" for v in patient.variants)
        return patient.age >= age and patient.tp53 is None and not vus

    for number in planting.choose("D2_low_vaf", old):
        vaf = float(planting.rng.uniform(0.01, 0.04))
        allele = planting.any_allele("tp53_unlisted")
        planting.variant(number, PlantedVariant(allele, vaf))


def _artefacts(planting: Planting) -> None:
    def without_pax5(patient: Patient) -> bool:
        return patient.stratum.group != PAX5 and "pax5_p80r" not in patient.lesions

    (allele,) = planting.design.alleles["pax5_v26g"]
    for number in planting.choose("D6", without_pax5):
        vaf = float(planting.rng.uniform(0.04, 0.08))
        planted = PlantedVariant(allele, vaf, one_strand=True)
        planting.variant(number, planted)


def _weak_fusions(planting: Planting) -> None:
    def b_other(patient: Patient) -> bool:
        return patient.stratum.subtype == "B_OTHER"

    for number in planting.choose("D10_weak", b_other):
        planting.add(
            number,
            weak_fusion="unknown partner::ABL1",
            doubtful=frozenset({"abl_class"}),
            require=frozenset({"rna"}),
        )


def _clonal_haematopoiesis(planting: Planting) -> None:
    parameters = planting.design.parameters
    old = [p for p in planting.patients if p.age >= parameters["ch_age"]]
    n = round(parameters["ch_fraction"] * len(old))

    def aged(patient: Patient) -> bool:
        return patient.age >= parameters["ch_age"]

    for number in planting.choose("D2_ch", aged, n):
        vaf = FLOOR
        while abs(vaf - FLOOR) < NEAR_FLOOR:
            low, high = parameters["ch_vaf_low"], parameters["ch_vaf_high"]
            vaf = float(planting.rng.uniform(low, high))
        planting.variant(number, PlantedVariant(planting.any_allele("ch"), vaf))
        if vaf > FLOOR:
            patient = planting.patients[number]
            lesions = patient.lesions | {"ch_mutation"}
            planting.patients[number] = replace(patient, lesions=lesions)


def _read_through(planting: Planting) -> None:
    pairs = len(planting.design.read_through)
    for number, patient in enumerate(planting.patients):
        n = min(
            int(planting.rng.poisson(planting.design.parameters["read_through"])), pairs
        )
        rows = tuple(chosen(planting.rng, range(pairs), n))
        extras = replace(patient.extras, read_through=rows)
        planting.patients[number] = replace(patient, extras=extras)


def leave_unrecorded(
    rng: np.random.Generator, patients: list[Patient], design: Design
) -> list[Patient]:
    """Leave some clinical cells empty."""
    found = []
    for patient in patients:
        empty = frozenset(
            name
            for name in RECORDED
            if rng.random() < design.parameters[f"missing_{name}"]
        )
        extras = replace(patient.extras, unrecorded=empty)
        found.append(replace(patient, extras=extras))
    return found


def inherent_decoys(patient: Patient, assays: Assays) -> list[str]:
    """Name the decoys that follow from a patient's lesions, alleles and assays."""
    roles = {variant.allele.role for variant in patient.variants}
    polymorphic = {
        f"tp53_{x}" for x in ("p72r", "r213", "p47s", "n235s", "v217m", "d49h")
    }
    rearranged = patient.stratum.lesions & {"crlf2_r", "jak2_r"}
    here = {
        "D1": roles & polymorphic and assays.tp53 != OUTSIDE,
        "D3": "tp53_vus" in roles,
        "D7_deletion": "pax5_deletion" in patient.lesions
        and patient.stratum.group != PAX5
        and "array" in assays.done,
        "D7_p80r": "pax5_p80r" in patient.lesions,
        "D8": "jak2_r683" in roles and not rearranged,
        "D10_read_through": patient.extras.read_through and "rna" in assays.done,
        "D12": "masked_hypodiploidy" in patient.lesions and "array" not in assays.done,
        "D14_no_rna_fish_flow": patient.stratum.subtype == "UNCLASSIFIABLE",
        "D14_outside_targets": assays.tp53 == OUTSIDE,
        "D14_low_coverage": assays.tp53 == SHORT,
        "D17_missing": patient.extras.unrecorded,
    }
    return [decoy for decoy, found in here.items() if found]
