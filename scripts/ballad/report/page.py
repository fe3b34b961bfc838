"""The study report: result tables and figures -> one HTML page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from ballad.model_names import WITHIN_LEVEL
from ballad.report.answer import answer_section
from ballad.report.cards import embedded, patient_cards
from ballad.report.changes import changes_section
from ballad.report.checklists import checklists_section
from ballad.report.cross_checks import cross_checks_section
from ballad.report.diagnostics import diagnostics_section
from ballad.report.estimates import (
    curve_words,
    incidence_section,
    of_curve,
    published_section,
    survival_section,
)
from ballad.report.genotypes import genotypes_section
from ballad.report.interactions import interactions_section
from ballad.report.methods import methods_section
from ballad.report.models import models_section
from ballad.report.parts import (
    Figure,
    Section,
    SmallCells,
    data_uri,
    figure,
)
from ballad.report.patients import (
    flow_section,
    patients_section,
    relapse_section,
    response_section,
    table_one_section,
)
from ballad.report.reads import reads_section
from ballad.report.run import checks_section, definitions_section, provenance_section
from ballad.report.transplant import sensitivity_section, transplant_section
from ballad.report.wording import words
from ballad.shareable import shared

ALTERNATIVES = {
    "co_occurrence": "Heat map of pairs of lesions; the table below has the same counts.",
    "swimmer": "A bar per patient from treatment start to last contact, with response, "
    "transplant, relapse and death; the table of patients has the same days.",
    "simon_makuch": "Survival by transplant status, one panel per endpoint; the tables "
    "below give the estimates and tests.",
    "flow": "Flow of patients into each analysis; the table below has the same counts.",
    "oncoprint": "Oncoprint: patients as columns by subtype, lesions as rows; the "
    "tables below count each subtype and lesion.",
    "forest_relapse": "Forest plot of the relapse models; the table below has the same "
    "estimates.",
    "forest_interactions": "Forest plot of effects within levels; the tables below have "
    "the same estimates and tests.",
    "relapse_patterns": "Stacked bars of relapse patterns; the table below has the same "
    "counts.",
}
PATIENT_LEVEL = ("oncoprint", "swimmer")  # figures that show single patients
CAPTIONS = {
    "co_occurrence": "Lesions together and apart, in patients assessed for both.",
    "swimmer": "Course of each patient from the start of treatment.",
    "simon_makuch": "Survival by transplant status, which changes on the day of "
    "transplant.",
    "flow": "Patients in each analysis.",
    "oncoprint": "Lesions by patient and subtype, with response and CD19 at relapse.",
    "forest_relapse": "Ratios with confidence intervals, by model.",
    "forest_interactions": "Ratios within each level of a covariate, under the "
    "likelihood-ratio test of the interaction.",
    "relapse_patterns": "Patterns of relapse.",
}


@dataclass(frozen=True)
class Method:
    """What the configuration says and the report repeats."""

    cohort_name: str
    report: Mapping[str, Any]  # title, text, audience, min_cell, forest_models
    curves: Mapping[str, Mapping[str, str]]
    incidences: Mapping[str, Mapping[str, str]]
    survival_times: Iterable[float]  # months
    confidence_level: float  # of every interval (CI)
    definitions: Mapping[str, Any]  # by subject


@dataclass(frozen=True)
class Drawings:
    """The figures' files by name of the figure."""

    svg: Mapping[str, bytes]
    pdf: Mapping[str, bytes]


def page(
    template: str,
    tables: Mapping[str, pd.DataFrame],
    drawings: Drawings,
    config: str,
    method: Method,
) -> str:
    """
    Write the report.

    Parameters
    ----------
    template
        Jinja2 text of the page; every value put into it is escaped.
    tables
        Result tables by name (cohort, flow, join_report, table_one, genotypes,
        response, survival_summary, incidence, tests, models, relapse_patterns,
        failure_patterns, diagnostics, comparison, inputs, filter_counts, warnings,
        versions, checksums, survival, co_occurrence, simon_makuch, sensitivity,
        explanation, cross_checks, discordant_samples, colours, places; references and checklists, without which their
        chapters are left out; changes, if an earlier run is compared), all text; empty is missing. A table without rows gives a section
        that says why it is empty.
    drawings
        SVG and PDF by name of the figure.
    config
        The configuration as used, YAML.
    method
        Names, endpoints and thresholds; ``audience: shareable`` leaves out every row
        of a single patient and hides counts below `min_cell`.

    Returns
    -------
    str
        One HTML document that loads nothing and holds no calendar date of a patient
        and no time of writing: the same tables give the same page.
    """
    small = SmallCells.of(method.report["audience"], method.report["min_cell"])
    tables = {**tables, **_shared(tables, small)}
    figures = _figures(tables, drawings, method, small)
    named_in_figures = tables["colours"]
    names = dict(
        zip(named_in_figures["name"], named_in_figures["meaning"], strict=True)
    )
    sections = [
        answer_section(
            method.cohort_name,
            tables,
            method.report["forest_models"],
            method.confidence_level,
            small,
        ),
        flow_section(tables["flow"], tables["join_report"], small, figures.get("flow")),
        table_one_section(tables["table_one"], small),
        genotypes_section(
            tables["genotypes"], tables["co_occurrence"], small, figures, names
        ),
        cross_checks_section(
            tables["cross_checks"],
            tables["discordant_samples"],
            tables["explanation"],
            small,
        ),
        response_section(tables["response"], tables["tests"]),
        survival_section(
            tables["survival_summary"], tables["tests"], method.curves, figures, small
        ),
        relapse_section(
            tables["relapse_patterns"],
            tables["failure_patterns"],
            small,
            figures,
        ),
        incidence_section(
            tables["incidence"],
            tables["tests"],
            method.incidences,
            figures,
            method.survival_times,
            small,
        ),
        models_section(tables["models"], figures.get("forest_relapse")),
        interactions_section(
            tables["models"], tables["tests"], figures.get("forest_interactions")
        ),
        transplant_section(tables["models"], tables["tests"], figures),
        sensitivity_section(tables["sensitivity"]),
        diagnostics_section(tables["diagnostics"]),
        published_section(tables["comparison"], small),
        patients_section(tables["cohort"], small, names),
        *_reporting(tables, method, small),
        *([changes_section(tables["changes"], small)] if "changes" in tables else []),
        definitions_section(method.definitions),
        checks_section(
            tables["inputs"], tables["filter_counts"], tables["warnings"], small
        ),
        *_reads(tables, small),
        provenance_section(tables["versions"], tables["checksums"], config, small),
    ]
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(template).render(
        title=method.report["title"],
        text=method.report.get("text") or "",
        cohort=method.cohort_name,
        shareable=small.limit is not None,
        small=small.mark,
        sections=sections,
        cards=_cards(tables, small, names),
    )


def _shared(
    tables: Mapping[str, pd.DataFrame], small: SmallCells
) -> dict[str, pd.DataFrame]:
    """Hide the small counts of the tables whose rows together could betray one."""
    if small.limit is None:
        return {}
    names = ("table_one", "response", "survival_summary", "models", "sensitivity")
    return {
        name: shared(name, tables[name], small, tables)
        for name in (*names, "tests", "diagnostics")
        if len(tables[name])
    }


def named(paths: Iterable[str]) -> dict[str, bytes]:
    """Read drawings by the name of their file."""
    return {Path(path).stem: Path(path).read_bytes() for path in paths}


def _figures(
    tables: Mapping[str, pd.DataFrame],
    drawings: Drawings,
    method: Method,
    small: SmallCells,
) -> dict[str, Figure]:
    alternatives, captions = dict(ALTERNATIVES), dict(CAPTIONS)
    for name, curve in {**method.curves, **method.incidences}.items():
        summary = tables["survival_summary"]
        asked = ("endpoint", "population")
        its = summary[(summary[list(asked)] == [curve[c] for c in asked]).all(axis=1)]
        its = its[its["group_by"] == (curve.get("group_by") or "")]
        said = curve_words(curve, its, tables["tests"], small)
        kind = "Kaplan-Meier curve" if name in method.curves else "Cumulative incidence"
        alternatives[name] = f"{kind}. {curve['title']}: {said}"
        captions[name] = said
    data = {} if small.limit is not None else _data(tables, method)
    columns = oncoprint_columns(tables["places"])
    return {
        name: figure(
            svg,
            alternatives.get(name, words(name)),
            captions.get(name, ""),
            name=name,
            pdf=data_uri(drawings.pdf[name], "application/pdf"),
            data=data_uri(data[name], "text/tab-separated-values")
            if name in data
            else "",
            columns=columns if name == "oncoprint" else "",
            wide=name not in method.curves,
        )
        for name, svg in drawings.svg.items()
        if small.limit is None or name not in PATIENT_LEVEL
    }


def _reporting(
    tables: Mapping[str, pd.DataFrame], method: Method, small: SmallCells
) -> list[Section]:
    """Write the methods and the reporting guidelines, where their tables are given."""
    if not {"references", "checklists"} <= set(tables):
        return []
    config = method.definitions
    return [
        methods_section(config, tables["versions"], tables["references"]),
        checklists_section(tables["checklists"], config, tables, small),
    ]


def _reads(tables: Mapping[str, pd.DataFrame], small: SmallCells) -> list[Section]:
    """Write how good the reads are, where samples came as such."""
    if not {"quality", "uncovered"} <= set(tables):
        return []
    return reads_section(tables["quality"], tables["uncovered"], small)


def oncoprint_columns(places: pd.DataFrame) -> str:
    """Write where the oncoprint's columns lie: its edges, and who from left to right."""
    if places.empty:
        return ""
    edges = {"left": places["left"].iat[0], "right": places["right"].iat[-1]}
    numbers = {name: round(float(edge), 5) for name, edge in edges.items()}
    return embedded({**numbers, "patients": places["patient"].tolist()})


def _data(tables: Mapping[str, pd.DataFrame], method: Method) -> dict[str, bytes]:
    """Give the rows each figure draws, as a TSV file."""
    models, flow = tables["models"], tables["flow"]
    rows = {
        "flow": flow,
        "oncoprint": tables["genotypes"],
        "forest_relapse": models[models["model"].isin(method.report["forest_models"])],
        "forest_interactions": models[models["model"].str.endswith(WITHIN_LEVEL)],
        "relapse_patterns": tables["relapse_patterns"],
        "co_occurrence": tables["co_occurrence"],
        "simon_makuch": tables["simon_makuch"],
        "swimmer": _days(tables["cohort"]),
    }
    for drawn, name in ((method.curves, "survival"), (method.incidences, "incidence")):
        for figure_name, curve in drawn.items():
            rows[figure_name] = tables[name][of_curve(tables[name], curve)]
    return {
        name: table.to_csv(sep="\t", index=False, lineterminator="\n").encode()
        for name, table in rows.items()
    }


def _days(cohort: pd.DataFrame) -> pd.DataFrame:
    days = [name for name in cohort if name == "patient" or name.endswith("_day")]
    return cohort[days]


def _cards(
    tables: Mapping[str, pd.DataFrame], small: SmallCells, names: Mapping[str, str]
) -> Markup:
    # A card is a page of a single patient.
    if small.limit is not None:
        return Markup("")
    cards = patient_cards(
        tables["cohort"],
        tables["genotypes"],
        tables["explanation"],
        tables["cross_checks"],
        tables["discordant_samples"],
        names,
    )
    return Markup(embedded(cards))
