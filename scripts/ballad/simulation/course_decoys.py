"""SYNTHETIC courses that look like an exposure or an event, or hide one (STUDY 6.5)."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from ballad.simulation.design import Design, chosen
from ballad.simulation.outcome import Course


def plant_courses(
    rng: np.random.Generator, courses: list[Course], design: Design
) -> tuple[list[Course], list[tuple[int, str]]]:
    """
    Change the dates of a few courses: salvage transplants, MRD alone, death at once.

    Returns
    -------
    list of Course
    list of patient's number, decoy
    """
    changed = list(courses)
    decoys: list[tuple[int, str]] = []

    def choose(decoy: str, fits: Callable[[Course], bool]) -> list[int]:
        done = {number for number, _ in decoys}
        among = [i for i, c in enumerate(changed) if i not in done and fits(c)]
        found = chosen(rng, among, int(design.decoys[decoy]["n"]))
        decoys.extend((number, decoy) for number in found)
        return found

    for number in choose("D15_salvage", _survives_relapse):
        course = changed[number]
        last = min(course.follow_up_day - 1, (course.relapse_day or 0) + 150)
        day = int(rng.integers((course.relapse_day or 0) + 20, last + 1))
        changed[number] = replace(course, hct_day=day)
    for number in choose("D15_relapse_day", _survives_relapse):
        course = changed[number]
        changed[number] = replace(course, hct_day=course.relapse_day)
    for number in choose("D15_late", _in_remission):
        course = changed[number]
        changed[number] = replace(course, hct_day=course.follow_up_day - 20)
    for number in choose("D16_mrd", _in_remission):
        course = changed[number]
        first, last = (course.mrd_response_day or 0) + 60, course.follow_up_day - 60
        day = int(rng.integers(first, last))
        changed[number] = replace(course, mrd_recurrence_day=day)
    for number in choose("D16_day_zero", _dies_in_remission):
        course = changed[number]
        responded = course.response_day or 0
        changed[number] = replace(course, death_day=responded, follow_up_day=responded)
    return changed, decoys


def _survives_relapse(course: Course) -> bool:
    if not course.responder or course.relapse_day is None or course.hct_day is not None:
        return False
    return course.follow_up_day >= course.relapse_day + 40


def _in_remission(course: Course) -> bool:
    return bool(
        course.responder
        and course.mrd_response == "negative"
        and course.relapse_day is None
        and course.death_day is None
        and course.hct_day is None
        and course.follow_up_day >= 250
    )


def _dies_in_remission(course: Course) -> bool:
    return bool(
        course.responder
        and course.response_day is not None
        and course.relapse_day is None
        and course.death_day is not None
        and course.hct_day is None
    )
