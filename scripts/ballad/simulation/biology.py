"""Who the SYNTHETIC patients are and what their leukaemias carry."""

from dataclasses import dataclass

import numpy as np

from ballad.simulation.design import Allele, Design, Stratum, chosen
from ballad.simulation.extras import Extras

PH, PH_LIKE, PAX5 = "Ph+", "Ph-like", "PAX5 alteration"
LOW_HYPODIPLOID, NEAR_HAPLOID = "low_hypodiploid", "near_haploid"
# Chromosomes 3, 7 and 17 are lost in nearly all: Blood 2013;122(21):615.
ALWAYS_LOST = ("3", "7", "17")
OFTEN_LOST = ("2", "4", "9", "12", "13", "15", "16", "20")
KEPT_TWICE = ("14", "18", "21")  # disomies of near haploid clones: general knowledge
GAINED = ("4", "6", "8", "10", "14", "17", "18", "21")  # general knowledge
# Genes whose copies go with their chromosome; one CDKN2B stays, and only the loss of
# both counts as its deletion.
CARRIED = {
    "7": ("ikzf1_deletion",),
    "9": ("cdkn2a_deletion", "pax5_deletion"),
    "17": ("tp53_deletion",),
    "21": ("erg_deletion",),
}


@dataclass(frozen=True)
class PlantedVariant:
    """An allele a leukaemia or a germline carries."""

    allele: Allele
    vaf: float
    filters: str = "PASS"  # as the caller writes them
    one_strand: bool = False


@dataclass(frozen=True)
class Tp53:
    """How a TP53 mutation sits: loss, loh, second or single."""

    allelic: str
    variants: tuple[PlantedVariant, ...]


@dataclass(frozen=True)
class Patient:
    """One invented patient before treatment."""

    patient: str
    indication: str
    stratum: Stratum
    lesions: frozenset[str]  # planted
    focal: frozenset[str]  # copy-number events of their own, not whole chromosomes
    lost: tuple[str, ...]  # autosomes with one copy left
    gained: tuple[str, ...]  # autosomes with a third copy
    variants: tuple[PlantedVariant, ...]
    tp53: Tp53 | None
    purity: float  # fraction of tumour cells
    sex: str
    age: float
    ethnicity: str
    prior_lines: int
    prior_hct: bool
    prior_inotuzumab: bool
    marrow_blasts: float  # percent
    mrd_level: float | None  # fraction
    emd_active: bool
    emd_history: bool
    extras: Extras = Extras()


def simulate_patients(rng: np.random.Generator, design: Design) -> list[Patient]:
    """Draw the cohort: quotas exact, the rest by chance."""
    strata = [stratum for stratum in design.strata for _ in range(stratum.n)]
    strata = [strata[i] for i in rng.permutation(len(strata))]
    indications = [
        name
        for name in ("rr", "mrd", "induction", "mrd_negative")
        for _ in range(int(design.parameters[f"n_{name}"]))
    ]
    indications = [indications[i] for i in rng.permutation(len(indications))]
    tp53 = _tp53_mutations(rng, design, strata)
    quotas = _quotas(rng, design, strata, indications, tp53)
    return [
        _patient(rng, design, number, strata, indications, tp53, quotas)
        for number in range(len(strata))
    ]


def _quotas(
    rng: np.random.Generator,
    design: Design,
    strata: list[Stratum],
    indications: list[str],
    tp53: dict[int, Tp53],
) -> dict[str, set[int]]:
    """Choose the patients of every exact quota."""
    parameters = design.parameters
    rr = [i for i, name in enumerate(indications) if name == "rr"]
    wild = [i for i in range(len(strata)) if i not in tp53]
    b_other = [i for i in wild if strata[i].subtype == "B_OTHER"]
    taken = {
        "emd_active": set(chosen(rng, rr, int(parameters["emd_active_rr"]))),
        "jak2_alone": set(chosen(rng, b_other, int(parameters["jak2_alone"]))),
        "tp53_vus": set(chosen(rng, wild, int(parameters["tp53_vus"]))),
    }
    for name in ("r213", "p47s", "n235s", "v217m", "d49h"):
        taken[name] = set(chosen(rng, range(len(strata)), int(parameters[name])))
    return taken


def _patient(
    rng: np.random.Generator,
    design: Design,
    number: int,
    strata: list[Stratum],
    indications: list[str],
    tp53: dict[int, Tp53],
    quotas: dict[str, set[int]],
) -> Patient:
    parameters = design.parameters
    stratum, indication = strata[number], indications[number]
    mutation = tp53.get(number)
    lost, gained = _chromosomes(rng, stratum)
    focal = _focal_events(rng, design, stratum, mutation)
    purity = _purity(rng, design, mutation)
    variants = _variants(rng, design, number, stratum, mutation, purity, quotas)
    lesions = set(stratum.lesions) | focal | _variant_lesions(variants, mutation)
    lesions |= {lesion for chrom in lost for lesion in CARRIED.get(chrom, ())}
    if "cdkn2a_deletion" in focal:
        lesions.add("cdkn2b_deletion")  # one deletion takes both neighbours
    active = number in quotas["emd_active"]
    return Patient(
        patient=f"SYN-{number + 1:03d}",
        indication=indication,
        stratum=stratum,
        lesions=frozenset(lesions),
        focal=frozenset(focal),
        lost=lost,
        gained=gained,
        variants=variants,
        tp53=mutation,
        purity=purity,
        sex="M" if rng.random() < parameters["male"] else "F",
        age=_age(rng, design, mutation is not None),
        ethnicity=_ethnicity(rng, design, stratum),
        prior_lines=_prior_lines(rng, design, indication),
        prior_hct=bool(rng.random() < parameters.get(f"prior_hct_{indication}", 0)),
        prior_inotuzumab=bool(
            rng.random() < parameters.get(f"prior_inotuzumab_{indication}", 0)
        ),
        marrow_blasts=_blasts(rng, design, indication),
        mrd_level=10 ** rng.uniform(-4, -2) if indication == "mrd" else None,
        emd_active=active,
        emd_history=bool(rng.random() < _emd_history(design, indication, active)),
    )


def _tp53_mutations(
    rng: np.random.Generator, design: Design, strata: list[Stratum]
) -> dict[int, Tp53]:
    parameters = design.parameters
    mutated: list[int] = []
    for stratum, n in design.tp53_quotas.items():
        among = [i for i, s in enumerate(strata) if s.stratum == stratum]
        mutated += chosen(rng, among, n)
    allelic = _allelic_states(rng, design, strata, mutated)
    vafs = sorted(_tp53_vaf(rng, design) for _ in mutated)
    n_high = sum(state in ("loss", "loh") for state in allelic.values())
    low, high = vafs[: len(vafs) - n_high], vafs[len(vafs) - n_high :]
    # Two hits count as biallelic from VAF 0.10 on: the higher of the low ones.
    order = [i for i in mutated if allelic[i] == "single"]
    order = [order[i] for i in rng.permutation(len(order))]
    seconds = [i for i in mutated if allelic[i] == "second"]
    places = chosen(
        rng, [n for n, vaf in enumerate(low) if vaf >= SECOND], len(seconds)
    )
    vaf_of = dict(zip(seconds, (low[place] for place in places), strict=True))
    rest = [vaf for n, vaf in enumerate(low) if n not in places]
    vaf_of |= dict(zip(order, rest, strict=True))
    highest = [i for i in mutated if allelic[i] in ("loss", "loh")]
    vaf_of |= dict(zip(highest, rng.permutation(np.array(high)), strict=True))
    kinds = [
        f"tp53_{name}"
        for name in ("nonsense", "frameshift", "splice", "exon_end")
        for _ in range(int(parameters[f"tp53_{name}"]))
    ]
    kinds += ["tp53_missense"] * (len(mutated) - len(kinds))
    kinds = [kinds[i] for i in rng.permutation(len(kinds))]
    return {
        i: Tp53(
            allelic[i], _tp53_variants(rng, design, kind, allelic[i], float(vaf_of[i]))
        )
        for i, kind in zip(mutated, kinds, strict=True)
    }


SECOND = 0.15  # fraction; keeps the second of two hits above 0.10


def _allelic_states(
    rng: np.random.Generator,
    design: Design,
    strata: list[Stratum],
    mutated: list[int],
) -> dict[int, str]:
    parameters = design.parameters
    hypodiploid = [i for i in mutated if strata[i].stratum == LOW_HYPODIPLOID]
    states = dict.fromkeys(hypodiploid, "loss")
    others = [i for i in mutated if i not in states]
    others = [others[i] for i in rng.permutation(len(others))]
    names = ["loss"] * (int(parameters["tp53_loss"]) - len(hypodiploid))
    names += ["loh"] * int(parameters["tp53_loh"])
    names += ["second"] * int(parameters["tp53_second"])
    names += ["single"] * (len(others) - len(names))
    return states | dict(zip(others, names, strict=True))


def _tp53_vaf(rng: np.random.Generator, design: Design) -> float:
    low, high = (design.parameters[f"tp53_vaf_{end}"] for end in ("low", "high"))
    while True:
        vaf = rng.beta(design.parameters["tp53_vaf_a"], design.parameters["tp53_vaf_b"])
        if low <= vaf <= high:
            return float(vaf)


def _tp53_variants(
    rng: np.random.Generator, design: Design, kind: str, allelic: str, vaf: float
) -> tuple[PlantedVariant, ...]:
    first = _any(rng, design.alleles[kind])
    found = [PlantedVariant(first, vaf)]
    if allelic == "second":
        others = [
            allele
            for allele in design.alleles["tp53_missense"]
            if _apart(_span(allele), _span(first))
        ]
        found.append(PlantedVariant(_any(rng, others), vaf * rng.uniform(0.8, 1.0)))
    return tuple(found)


def _any(rng: np.random.Generator, among) -> Allele:
    return among[int(rng.integers(len(among)))]


def _purity(rng: np.random.Generator, design: Design, tp53: Tp53 | None) -> float:
    """Derive tumour cells from the VAF: p of loss, LOH or one of two alleles."""
    parameters = design.parameters
    drawn = float(rng.uniform(parameters["purity_low"], parameters["purity_high"]))
    if tp53 is None:
        return drawn
    vaf = tp53.variants[0].vaf
    needed = {"loss": 2 * vaf / (1 + vaf), "loh": vaf}.get(tp53.allelic, 2 * vaf)
    return min(needed, parameters["purity_max"])


def _chromosomes(
    rng: np.random.Generator, stratum: Stratum
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if stratum.stratum == LOW_HYPODIPLOID:
        # Doubled, 7 to 11 lost autosomes give 68 to 76 chromosomes.
        n = int(rng.integers(7, 12)) - len(ALWAYS_LOST)
        more = rng.permutation(np.array(OFTEN_LOST))[:n]
        return _ordered([*ALWAYS_LOST, *more]), ()
    if stratum.stratum == NEAR_HAPLOID:
        every = [str(n) for n in range(1, 23)]
        return tuple(c for c in every if c not in KEPT_TWICE), ()
    if stratum.stratum == "hyperdiploid":
        n = int(rng.integers(6, len(GAINED) + 1))
        return (), _ordered(rng.permutation(np.array(GAINED))[:n])
    return (), ()


def _ordered(chromosomes) -> tuple[str, ...]:
    return tuple(sorted((str(c) for c in chromosomes), key=int))


def _focal_events(
    rng: np.random.Generator, design: Design, stratum: Stratum, tp53: Tp53 | None
) -> set[str]:
    parameters = design.parameters
    ikzf1 = "ikzf1_ph" if stratum.group in (PH, PH_LIKE) else "ikzf1_other"
    chances = {
        "ikzf1_deletion": parameters[ikzf1],
        "cdkn2a_deletion": parameters["cdkn2a"],
        "pax5_deletion": parameters["pax5_deletion"] * (stratum.group != PAX5),
    }
    found = {lesion for lesion, chance in chances.items() if rng.random() < chance}
    found |= {lesion for lesion in stratum.lesions if lesion in design.events}
    if tp53 is not None and tp53.allelic == "loss":
        found.add("tp53_deletion")
    return found if stratum.stratum not in (LOW_HYPODIPLOID, NEAR_HAPLOID) else set()


def _variants(
    rng: np.random.Generator,
    design: Design,
    number: int,
    stratum: Stratum,
    tp53: Tp53 | None,
    purity: float,
    quotas: dict[str, set[int]],
) -> tuple[PlantedVariant, ...]:
    parameters, alleles = design.parameters, design.alleles
    # Half of the tumour cells' alleles; at least well above every floor.
    clonal = max(purity / 2, 0.12)
    found = list(tp53.variants) if tp53 else []

    def plant(role: str, vaf: float) -> None:
        # No multi-allelic sites here: an allele over an earlier one is not drawn.
        spans = [_span(other.allele) for other in found]
        free = [a for a in alleles[role] if all(_apart(_span(a), s) for s in spans)]
        found.append(PlantedVariant(_any(rng, free), vaf))

    if rng.random() < parameters["ras"]:
        plant("ras", clonal * rng.uniform(0.6, 1.0))
    jak2 = "crlf2_r" in stratum.lesions and rng.random() < parameters["jak2_of_crlf2"]
    if jak2 or number in quotas["jak2_alone"]:
        plant("jak2_r683", clonal)
    if "pax5_mutation" in stratum.lesions:
        plant("pax5_missense", clonal)
        plant("pax5_truncating", clonal)
    if "pax5_p80r" in stratum.lesions:
        plant("pax5_p80r", clonal)
    if number in quotas["tp53_vus"]:
        plant("tp53_vus", clonal)
    for name in ("r213", "p47s", "n235s", "v217m", "d49h"):
        if number in quotas[name]:
            plant(f"tp53_{name}", 0.5)
    draw = rng.random()
    if draw < parameters["p72r_het"] + parameters["p72r_hom"]:
        plant("tp53_p72r", 0.5 if draw < parameters["p72r_het"] else 1.0)
    return tuple(found)


def _span(allele: Allele) -> tuple[str, int, int]:
    return allele.chrom, allele.pos, allele.pos + len(allele.ref) - 1


def _apart(one: tuple[str, int, int], other: tuple[str, int, int]) -> bool:
    return one[0] != other[0] or one[2] < other[1] or other[2] < one[1]


def _variant_lesions(
    variants: tuple[PlantedVariant, ...], tp53: Tp53 | None
) -> set[str]:
    lesion_of = {"ras": "ras_mutation", "jak2_r683": "jakstat_mutation"}
    found = {lesion_of[v.allele.role] for v in variants if v.allele.role in lesion_of}
    return found | ({"tp53"} if tp53 else set())


def _age(rng: np.random.Generator, design: Design, tp53: bool) -> float:
    parameters = design.parameters
    name = "age_tp53" if tp53 else "age"
    while True:
        age = rng.normal(parameters[f"{name}_mean"], parameters[f"{name}_sd"])
        if parameters["age_low"] <= age <= parameters["age_high"]:
            return float(round(age, 1))


def _ethnicity(rng: np.random.Generator, design: Design, stratum: Stratum) -> str:
    name = "hispanic_ph_like" if stratum.group == PH_LIKE else "hispanic"
    hispanic = rng.random() < design.parameters[name]
    return "Hispanic" if hispanic else "non-Hispanic"


def _prior_lines(rng: np.random.Generator, design: Design, indication: str) -> int:
    if indication != "rr":
        return 0 if indication == "induction" else 1
    one, two = design.parameters["lines_1"], design.parameters["lines_2"]
    draw, more = rng.random(), int(rng.integers(3, 6))
    return 1 if draw < one else 2 if draw < one + two else more


def _blasts(rng: np.random.Generator, design: Design, indication: str) -> float:
    if indication in ("mrd", "mrd_negative"):
        return float(round(rng.uniform(0, 4.9), 1))
    high = indication == "induction" or rng.random() < design.parameters["high_burden"]
    if high:
        return float(max(50.1, round(50 + 49 * rng.beta(2, 1), 1)))
    return float(min(50.0, round(5 + 45 * rng.beta(1, 1.2), 1)))


def _emd_history(design: Design, indication: str, active: bool) -> float:
    name = {"rr": "rr", "mrd": "mrd"}.get(indication, "other")
    return design.parameters[f"emd_history_{'active' if active else name}"]
