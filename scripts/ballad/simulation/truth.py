"""What is planted in a SYNTHETIC patient, and what the assays done can say of it."""

from collections.abc import Mapping

from ballad.simulation.assays import OUTSIDE, SHORT, Assays
from ballad.simulation.biology import LOW_HYPODIPLOID, Patient
from ballad.simulation.design import Design
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT

PLOIDY = ("near_haploid", "low_hypodiploid", "hyperdiploid")
PH_LIKE = (
    *("crlf2_r", "abl_class", "jak2_r", "epor_r", "other_jakstat_r"),
    "other_kinase_r",
)
# Ranked above Ph-like in GENOTYPES 3.
FOUNDERS = (
    *("kmt2a_r", "tcf3_hlf", "tcf3_pbx1", "etv6_runx1", "mef2d_r", "znf384_r"),
    *("nutm1_r", "dux4_r", "myc_bcl2_r", "cdx2_ubtf", "igh_il3", "near_haploid"),
    *("low_hypodiploid", "iamp21", "hyperdiploid", "pax5_p80r", "ikzf1_n159y"),
    "zeb2_cebp",
)
DERIVED = ("ph_like", "pax5_alt", "pax5_alteration", "ikzf1_plus")
SECOND_HIT = 0.10  # fraction; GENOTYPES 4.4


def masked(patient: Patient) -> bool:
    """Say whether only a doubled clone of a hypodiploid leukaemia is seen."""
    return "masked_hypodiploidy" in patient.lesions


def planted_states(patient: Patient, design: Design) -> dict[str, str]:
    """Say present or absent for every lesion, whatever was tested."""
    states = {
        row["lesion"]: PRESENT if row["lesion"] in patient.lesions else ABSENT
        for row in design.matrix
    }
    ph_like = patient.stratum.group == "Ph-like"
    pax5 = patient.stratum.group == "PAX5 alteration"
    derived = {"ph_like": ph_like, "pax5_alt": pax5, "pax5_alteration": pax5}
    states |= {name: PRESENT if here else ABSENT for name, here in derived.items()}
    return states | {"ikzf1_plus": ikzf1_plus(states)}


def expected_states(patient: Patient, assays: Assays, design: Design) -> dict[str, str]:
    """
    Say what is right to report, given the assays done (matrix of GENOTYPES 1).

    A planted lesion is present if an assay that shows it was done; else a lesion is
    absent if assays able to exclude it were done; else not assessed. What a planted
    lesion hides from an assay is not held against the assay.
    """
    states = {}
    for row in design.matrix:
        lesion = row["lesion"]
        needed = [frozenset(part.split("+")) for part in row["excluded_by"].split(";")]
        if shown_by(patient, row) & assays.done:
            states[lesion] = PRESENT
        elif any(assay <= assays.done for assay in needed):
            blind = {"dna"} if patient.extras.dna_in_remission else set()
            seen = any(assay <= assays.done - blind for assay in needed)
            states[lesion] = ABSENT if seen else INDETERMINATE
        else:
            states[lesion] = NOT_ASSESSED
    if masked(patient):
        hidden = ABSENT if "array" in assays.done else INDETERMINATE
        states |= {p: hidden for p in PLOIDY if states[p] != PRESENT}
    if "rna" in assays.done:
        weak = {x for x in patient.extras.doubtful if states[x] != PRESENT}
        states |= dict.fromkeys(weak, INDETERMINATE)
    if assays.tp53 == SHORT:
        states["tp53"] = INDETERMINATE
    if assays.tp53 == OUTSIDE:
        states["tp53"] = NOT_ASSESSED
    return states | _derived(patient, assays, states)


def shown_by(patient: Patient, row: Mapping[str, str]) -> frozenset[str]:
    """Name the assays that show a lesion in this patient; none if it is not there."""
    lesion = row["lesion"]
    if lesion not in patient.lesions:
        return frozenset()
    if lesion in patient.extras.seen_by and lesion not in patient.stratum.lesions:
        return patient.extras.seen_by[lesion]
    if not row["shown_by"]:
        return patient.stratum.seen_by
    shown = set(row["shown_by"].split(";"))
    if lesion == "tp53_deletion" and karyotype_shows_17p(patient):
        shown.add("karyotype")
    return frozenset(shown)


def karyotype_shows_17p(patient: Patient) -> bool:
    """Say whether a karyotype would name the loss: not in a doubled or haploid one."""
    hypodiploid = patient.stratum.stratum == LOW_HYPODIPLOID and not masked(patient)
    return hypodiploid or "tp53_deletion" in patient.focal


def _derived(
    patient: Patient, assays: Assays, states: Mapping[str, str]
) -> dict[str, str]:
    pax5 = NOT_ASSESSED if "rna" not in assays.done else ABSENT
    if PRESENT in (states["pax5_fusion"], states["pax5_amplification"]):
        pax5 = PRESENT
    mutated = states["pax5_mutation"] == PRESENT
    open_mutation = states["pax5_mutation"] == INDETERMINATE and pax5 != PRESENT
    altered = INDETERMINATE if open_mutation else pax5
    return {
        "ph_like": _ph_like(patient, assays, states),
        # Every planted PAX5 mutation comes with a second one.
        "pax5_alt": PRESENT if mutated else pax5,
        "pax5_alteration": PRESENT if mutated else altered,
        "ikzf1_plus": ikzf1_plus(states),
    }


def _ph_like(patient: Patient, assays: Assays, states: Mapping[str, str]) -> str:
    if states["ph"] == PRESENT:
        return ABSENT
    founder = any(states[lesion] == PRESENT for lesion in FOUNDERS)
    if not founder and any(states[lesion] == PRESENT for lesion in PH_LIKE):
        return PRESENT
    if not founder and "expression" in assays.done and states["ph"] == ABSENT:
        return PRESENT
    if not founder and states["abl_class"] == INDETERMINATE:
        return INDETERMINATE
    # CRLF2 and the fusions must both be assessed (GENOTYPES 4.2).
    crlf2 = (ABSENT, PRESENT) if founder else (ABSENT,)
    if "rna" in assays.done and states["crlf2_r"] in crlf2:
        return ABSENT
    # Mutations of the pathway alone leave it open (GENOTYPES 4.2).
    mutations = ("jakstat_mutation", "ras_mutation")
    mutated = not founder and PRESENT in [states[x] for x in mutations]
    return INDETERMINATE if mutated else NOT_ASSESSED


def ikzf1_plus(states: Mapping[str, str]) -> str:
    """Combine IKZF1 with CDKN2A/B, PAX5 or PAR1, and ERG; one array shows them all."""
    if states["ikzf1_deletion"] != PRESENT:
        return states["ikzf1_deletion"]
    partners = ("cdkn2a", "cdkn2b", "pax5", "par1")
    partner = any(states[f"{gene}_deletion"] == PRESENT for gene in partners)
    return PRESENT if partner and states["erg_deletion"] != PRESENT else ABSENT


def expected_subtype(patient: Patient, states: Mapping[str, str]) -> str:
    """Name the subtype; without array a doubled clone cannot be classified."""
    hidden = masked(patient) and states["low_hypodiploid"] != PRESENT
    doubtful = patient.stratum.subtype == "B_OTHER" and INDETERMINATE in [
        states[lesion] for lesion in patient.extras.doubtful
    ]
    return "UNCLASSIFIABLE" if hidden or doubtful else patient.stratum.subtype


def planted_allelic_state(patient: Patient) -> str:
    """Return biallelic or monoallelic; empty without a TP53 mutation."""
    if patient.tp53 is None:
        return ""
    return "monoallelic" if patient.tp53.allelic == "single" else "biallelic"


def expected_allelic_state(patient: Patient, states: Mapping[str, str]) -> str:
    """Say what GENOTYPES 4.4 makes of the VAFs, the purity and the copies."""
    if patient.tp53 is None:
        return ""
    vafs = [variant.vaf for variant in patient.tp53.variants]
    lost = states["tp53_deletion"] == PRESENT or states["low_hypodiploid"] == PRESENT
    two = sum(vaf >= SECOND_HIT for vaf in vafs) >= 2
    if two or lost or max(vafs) >= 0.5 * patient.purity + 0.1:
        return "biallelic"
    return "monoallelic" if states["tp53_deletion"] == ABSENT else "unknown"
