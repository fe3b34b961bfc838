"""What happens to the SYNTHETIC patients after the first dose."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ballad.clinical.endpoints import DAYS_PER_MONTH
from ballad.simulation.biology import Patient
from ballad.simulation.design import Design, chosen

CD19_NEGATIVE, CD19_POSITIVE, DEATH = "negative", "positive", "death"


@dataclass(frozen=True)
class Course:
    """The course of one patient; days since the first dose, None is no event."""

    responder: bool | None  # None: a response is not what the patient is treated for
    response: str
    response_day: int | None
    mrd_response: str
    mrd_response_day: int | None
    follow_up_day: int
    hct_day: int | None
    relapse_day: int | None
    relapse_cd19: str
    relapse_cd19_percent: float | None
    relapse_emd: str
    relapse_emd_site: str
    failure_cd19: str
    failure_emd: str
    death_day: int | None
    cause_of_death: str
    mrd_recurrence_day: int | None = None


@dataclass(frozen=True)
class FirstEvent:
    """What ended a remission; months and days since its beginning."""

    kind: str  # CD19_NEGATIVE, CD19_POSITIVE, DEATH; empty: censored
    day: int
    hct_day: int | None


def simulate_courses(
    rng: np.random.Generator, patients: list[Patient], design: Design
) -> list[Course]:
    """Draw responses, remissions, relapses and deaths (STUDY 6.4)."""
    responders = _responders(rng, patients, design.parameters)
    courses = [
        _course(rng, patient, responders[number], design)
        for number, patient in enumerate(patients)
    ]
    relapsed = [
        n for n, c in enumerate(courses) if c.relapse_day is not None and c.responder
    ]
    unknown = chosen(rng, relapsed, int(design.parameters["cd19_unknown"]))
    return [
        _untyped(course) if number in unknown else course
        for number, course in enumerate(courses)
    ]


def _untyped(course: Course) -> Course:
    values = {**course.__dict__, "relapse_cd19": "unknown"}
    return Course(**{**values, "relapse_cd19_percent": None})


def _responders(
    rng: np.random.Generator, patients: list[Patient], parameters: Mapping[str, float]
) -> dict[int, bool | None]:
    found: dict[int, bool | None] = {}
    for indication in ("mrd", "induction"):
        here = [n for n, p in enumerate(patients) if p.indication == indication]
        winners = chosen(rng, here, int(parameters[f"responders_{indication}"]))
        found |= {n: n in winners for n in here}
    rr = [n for n, p in enumerate(patients) if p.indication == "rr"]
    wanted = int(parameters["responders_rr"])
    effect = np.array(
        [
            math.log(parameters["or_high_burden"]) * (patients[n].marrow_blasts > 50)
            + math.log(parameters["or_emd_active"]) * patients[n].emd_active
            for n in rr
        ]
    )
    chance = 1 / (1 + np.exp(-(effect + _intercept(effect, wanted / len(rr)))))
    while True:
        draw = rng.random(len(rr)) < chance
        if draw.sum() == wanted:
            break
    found |= {n: bool(won) for n, won in zip(rr, draw, strict=True)}
    return {n: found.get(n) for n in range(len(patients))}


def _intercept(effect: np.ndarray, mean: float) -> float:
    """Solve mean P = `mean` by bisection."""
    low, high = -20.0, 20.0
    for _ in range(80):
        middle = (low + high) / 2
        reached = float(np.mean(1 / (1 + np.exp(-(effect + middle)))))
        low, high = (middle, high) if reached < mean else (low, middle)
    return (low + high) / 2


def _course(
    rng: np.random.Generator, patient: Patient, responder: bool | None, design: Design
) -> Course:
    parameters = design.parameters
    first_cycle = rng.random() < parameters["cycle_1"]
    assessed = int(rng.integers(28, 36) if first_cycle else rng.integers(70, 78))
    months = rng.uniform(parameters["follow_up_low"], parameters["follow_up_high"])
    length = round(months * DAYS_PER_MONTH)
    if responder is False:
        return _failure(rng, patient, assessed, length, parameters)
    origin = assessed if responder else 0
    event = first_event(rng, patient, length, parameters)
    return _remission(rng, patient, responder, origin, event, length, parameters)


def _failure(
    rng: np.random.Generator,
    patient: Patient,
    assessed: int,
    length: int,
    parameters: Mapping[str, float],
) -> Course:
    kind = "mrd" if patient.indication == "mrd" else "rr"
    died = _exponential_days(rng, parameters[f"median_{kind}_failure"])
    death = died if died <= length else None
    assessed = assessed if death is None else min(assessed, death)
    mrd = patient.indication == "mrd"
    cd19, emd = _failure_pattern(rng, parameters)
    return Course(
        responder=False,
        response="" if mrd else "NR",
        response_day=None if mrd else assessed,
        mrd_response="positive" if mrd else "",
        mrd_response_day=assessed if mrd else None,
        follow_up_day=length if death is None else death,
        hct_day=None,
        relapse_day=None,
        relapse_cd19="",
        relapse_cd19_percent=None,
        relapse_emd="",
        relapse_emd_site="",
        failure_cd19="" if mrd else cd19,
        failure_emd="" if mrd else emd,
        death_day=death,
        cause_of_death="" if death is None else "leukaemia",
    )


def _failure_pattern(
    rng: np.random.Generator, parameters: Mapping[str, float]
) -> tuple[str, str]:
    draw = rng.random()
    negative = parameters["failure_cd19_negative"]
    dim = negative + parameters["failure_cd19_dim"]
    cd19 = "negative" if draw < negative else "dim" if draw < dim else "positive"
    extramedullary = rng.random() < parameters["failure_emd"]
    isolated = rng.random() < parameters["emd_isolated"]
    return cd19, _emd(extramedullary, isolated)


def _emd(extramedullary: bool, isolated: bool) -> str:
    if not extramedullary:
        return "none"
    return "isolated" if isolated else "combined"


def _exponential_days(rng: np.random.Generator, median_months: float) -> int:
    months = rng.exponential(median_months / math.log(2))
    return max(1, round(months * DAYS_PER_MONTH))


def first_event(
    rng: np.random.Generator,
    patient: Patient,
    length: int,
    parameters: Mapping[str, float],
) -> FirstEvent:
    """
    Draw what ends a remission from piecewise constant monthly hazards.

    The transplant counts from its day on and is realised only if the remission still
    lasts. An event on the day of a planned transplant comes first.
    """
    destined = rng.random() < parameters["hct_destined"]
    months = rng.lognormal(math.log(parameters["hct_median"]), parameters["hct_log_sd"])
    planned = max(1, round(months * DAYS_PER_MONTH))
    hct = planned / DAYS_PER_MONTH if destined else math.inf
    late = parameters["late_from"]
    recent = hct + parameters["months_death_after_hct"]
    cuts = sorted({0.0, *(cut for cut in (hct, late, recent) if cut < math.inf)})
    wanted, spent = rng.exponential(), 0.0
    kind, day = "", length
    for start, stop in zip(cuts, [*cuts[1:], math.inf], strict=True):
        rates = _hazards(patient, start, hct, parameters)
        total = sum(rates.values())
        if spent + total * (stop - start) >= wanted:
            time = start + (wanted - spent) / total
            names, weights = list(rates), np.array(list(rates.values()))
            drawn = str(rng.choice(names, p=weights / weights.sum()))
            at = max(1, round(time * DAYS_PER_MONTH))
            kind, day = (drawn, at) if at <= length else ("", length)
            break
        spent += total * (stop - start)
    realised = destined and planned < day
    return FirstEvent(kind, day, planned if realised else None)


def _hazards(
    patient: Patient, month: float, hct: float, parameters: Mapping[str, float]
) -> dict[str, float]:
    transplanted = month >= hct
    recent = transplanted and month < hct + parameters["months_death_after_hct"]
    late = parameters["late_factor"] if month >= parameters["late_from"] else 1.0
    whole = parameters["k_mrd_negative"] if patient.indication == "mrd_negative" else 1
    k = parameters["k_rr" if patient.indication == "rr" else "k_other"] * late * whole
    negative = parameters["hazard_cd19_negative"] * k
    positive = parameters["hazard_cd19_positive"] * k
    if patient.tp53 is not None:
        negative *= parameters["hr_tp53_cd19_negative"]
    if transplanted:
        negative *= parameters["hr_hct_cd19_negative"]
        positive *= parameters["hr_hct_cd19_positive"]
    death = parameters["hazard_death_after_hct" if recent else "hazard_death"] * whole
    return {CD19_NEGATIVE: negative, CD19_POSITIVE: positive, DEATH: death}


def _remission(
    rng: np.random.Generator,
    patient: Patient,
    responder: bool | None,
    origin: int,
    event: FirstEvent,
    length: int,
    parameters: Mapping[str, float],
) -> Course:
    relapse = event.kind in (CD19_NEGATIVE, CD19_POSITIVE)
    cd19, percent = _cd19(rng, event.kind, parameters)
    emd, site = _relapse_emd(rng, patient, event, parameters)
    survived = _exponential_days(rng, parameters["median_after_relapse"])
    end, death, cause = length, None, ""
    if event.kind == DEATH:
        end = death = event.day
        cause = "in remission"
    elif relapse and event.day + survived <= length:
        end = death = event.day + survived
        cause = "leukaemia"
    level, mrd = _response(rng, patient, responder, parameters)
    return Course(
        responder=responder,
        response=level,
        response_day=origin if level else None,
        mrd_response=mrd,
        mrd_response_day=origin if mrd else None,
        follow_up_day=origin + end,
        hct_day=None if event.hct_day is None else origin + event.hct_day,
        relapse_day=origin + event.day if relapse else None,
        relapse_cd19=cd19 if relapse else "",
        relapse_cd19_percent=percent if relapse else None,
        relapse_emd=emd if relapse else "",
        relapse_emd_site=site if relapse else "",
        failure_cd19="",
        failure_emd="",
        death_day=None if death is None else origin + death,
        cause_of_death=cause,
    )


def _response(
    rng: np.random.Generator,
    patient: Patient,
    responder: bool | None,
    parameters: Mapping[str, float],
) -> tuple[str, str]:
    draw, negative = rng.random(), rng.random()
    if responder is None:
        return "", ""
    if patient.indication == "mrd":
        return "", "negative"
    cr, crh = parameters["cr"], parameters["crh"]
    level = "CR" if draw < cr else "CRh" if draw < cr + crh else "CRi"
    reached = negative < parameters["mrd_negative_of_responders"]
    return level, "negative" if reached else "positive"


def _cd19(
    rng: np.random.Generator, kind: str, parameters: Mapping[str, float]
) -> tuple[str, float]:
    dim = rng.random() < parameters["dim_of_positive"]
    level = "negative" if kind == CD19_NEGATIVE else "dim" if dim else "positive"
    low, high = {"negative": (0, 15), "dim": (25, 60), "positive": (80, 100)}[level]
    return level, float(round(rng.uniform(low, high), 1))


def _relapse_emd(
    rng: np.random.Generator,
    patient: Patient,
    event: FirstEvent,
    parameters: Mapping[str, float],
) -> tuple[str, str]:
    chance = parameters["emd_relapse"]
    chance += parameters["emd_relapse_history"] * patient.emd_history
    chance += parameters["emd_relapse_hct"] * (event.hct_day is not None)
    emd = _emd(rng.random() < chance, rng.random() < parameters["emd_isolated"])
    draw, cns = rng.random(), parameters["site_cns"]
    nodal = cns + parameters["site_nodal"]
    site = "CNS" if draw < cns else "nodal or soft tissue" if draw < nodal else "other"
    return emd, "" if emd == "none" else site
