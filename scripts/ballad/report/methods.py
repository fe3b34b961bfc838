"""The methods of the run in words, from the configuration that was used."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from ballad.report.parts import Block, Section, table
from ballad.report.wording import words

# What the numbers come from; the versions table lists every installed package.
PROGRAMS = ("ballad", "python", "lifelines", "statsmodels", "scipy", "firthmodels")
FIRTH, COX, GRAY, LOGISTIC = "firth_cox", "cox", "fine_gray", "logistic"
ADJUSTED = {
    "bh": ("Benjamini-Hochberg within screens", "benjamini_hochberg"),
    "bonferroni": ("Bonferroni within families", "bonferroni"),
    "by": ("Benjamini-Yekutieli within screens", "benjamini_yekutieli"),
    "hochberg": ("Hochberg within what was pre-specified", "hochberg"),
    "holm": ("Holm within what was pre-specified", "holm"),
}
TIES = {"efron": "Efron", "breslow": "Breslow"}


class Cited:
    """Numbers references in the order in which the text cites them."""

    def __init__(self, references: pd.DataFrame):
        self.known = dict(
            zip(references["reference"], references["citation"], strict=True)
        )
        self.order: list[str] = []

    def __call__(self, *names: str) -> str:
        """Write the numbers of some references: [1, 2]."""
        for name in names:
            if name not in self.known:
                raise ValueError(
                    f"reference {name} is cited but not in references.tsv; add its row"
                )
            if name not in self.order:
                self.order.append(name)
        return f"[{', '.join(str(self.order.index(name) + 1) for name in names)}]"

    def listed(self) -> list[tuple[int, str]]:
        """Return number and citation of what was cited."""
        return [(place, self.known[name]) for place, name in enumerate(self.order, 1)]


def methods_text(
    config: Mapping[str, Any], versions: Mapping[str, str], cited: Cited
) -> list[str]:
    """
    Write the methods as the configuration has them.

    Parameters
    ----------
    config
        The merged configuration: variants, genotypes, populations, endpoints,
        groups, models, statistics.
    versions
        Of installed packages, by name.
    cited
        References; numbered as the text cites them.

    Returns
    -------
    list of text
        One paragraph per subject: genotypes, endpoints, survival, transplant,
        competing risks, models, multiplicity and missing data, software. A sentence
        about a method stands there only if a model or curve of the configuration
        uses it.
    """
    statistics, models = config["statistics"], config["models"]
    paragraphs = [
        _genotypes(config),
        _endpoints(config["endpoints"], config["populations"]),
        _survival(statistics, cited),
        _transplant(models, statistics, cited),
        _competing(models, statistics, cited),
        _models(models, statistics, cited),
        _response(config["endpoints"], models, statistics, cited),
        _missing(config["endpoints"], statistics, cited),
        _software(versions),
    ]
    return [paragraph for paragraph in paragraphs if paragraph]


def _genotypes(config: Mapping[str, Any]) -> str:
    parts = _limits(config["variants"])
    needed = (
        f"Variants needed {', '.join(parts)}. Listed hotspots may pass below these "
        "limits; those of single genes stand in Definitions used. "
        if parts
        else ""
    )
    return (
        f"{needed}A patient has one subtype, by the first rule of the order of "
        "precedence that fits all assays together, named as in ICC 2022 and WHO-HAEM5; "
        "TP53 and the other lesions are flags beside it. Each lesion is present, "
        "absent, not assessed or indeterminate; only present and absent enter a "
        "comparison, so that not assessed is never wild type."
    )


def _limits(variants: Mapping[str, Any]) -> list[str]:
    """Write the filters that have a limit of their own."""
    filters = variants["filters"]
    of_assays = variants.get("assay_limits") or {}
    others = ", ".join(
        f"{words(assay)} {limits['low_depth']:g}"
        for assay, limits in of_assays.items()
        if "low_depth" in limits
    )
    parts = []
    if "low_depth" in filters:
        apart = f" ({others})" if others else ""
        parts.append(f"depth of at least {filters['low_depth']['limit']:g}{apart}")
    if "few_alt_reads" in filters:
        reads = filters["few_alt_reads"]["limit"]
        parts.append(f"variant reads of at least {reads:g}")
    if "low_vaf" in filters:
        percent = 100 * filters["low_vaf"]["limit"]
        parts.append(f"a variant allele fraction of at least {percent:g}%")
    if "common_in_population" in filters:
        percent = 100 * filters["common_in_population"]["limit"]
        parts.append(f"a frequency of at most {percent:g}% in every population")
    return parts


def _endpoints(endpoints: Mapping[str, Any], populations: Mapping[str, Any]) -> str:
    said = []
    for name, endpoint in endpoints.items():
        if endpoint["kind"] != "time":
            continue
        origin = words(endpoint["from"].removesuffix("_date"))
        events = _first_of([words(event) for event in endpoint["to"]])
        competing = ", ".join(words(event) for event in endpoint.get("competing", {}))
        beside = f" (competing: {competing})" if competing else ""
        said.append(f"{words(name)}: from {origin} to {events}{beside}")
    if not said:
        return ""
    return (
        f"Times to the first event: {'; '.join(said)}.{_eligibility(populations)} "
        "Patients without an event are censored when last seen, at the latest at the "
        "cut-off of the data."
    )


def _first_of(events: Sequence[str]) -> str:
    if len(events) == 1:
        return events[0]
    return f"the first of {', '.join(events[:-1])} and {events[-1]}"


def _eligibility(populations: Mapping[str, Any]) -> str:
    """Say on which day who must reach something comes into a population."""
    said = []
    for name, population in populations.items():
        dates = [
            f"{words(entry['eligible_from'].removesuffix('_date'))}"
            + (f" within {entry['within_days']} days" if "within_days" in entry else "")
            for entry in population["any"]
            if "eligible_from" in entry
        ]
        if dates:
            said.append(f"{words(name)}: {' or '.join(dict.fromkeys(dates))}")
    if not said:
        return ""
    return (
        f" Patients are eligible from the day of what defines them ({'; '.join(said)})."
    )


def _survival(statistics: Mapping[str, Any], cited: Cited) -> str:
    if not statistics["curves"]:
        return ""
    level = 100 * statistics["confidence_level"]
    times = ", ".join(f"{months:g}" for months in statistics["survival_times"])
    return (
        f"Survival was estimated by Kaplan-Meier {cited('kaplan_meier')} with "
        f"log-log {level:g}% confidence intervals, read at {times} months; medians "
        f"have Brookmeyer-Crowley intervals {cited('brookmeyer_crowley')}. Follow-up "
        f"was estimated by reverse Kaplan-Meier {cited('reverse_kaplan_meier')}. "
        f"Groups were compared by the log-rank test {cited('log_rank')} and by "
        f"restricted mean survival time up to {statistics['rmst_months']:g} months "
        f"{cited('rmst')}."
    )


def _transplant(
    models: Mapping[str, Any], statistics: Mapping[str, Any], cited: Cited
) -> str:
    dates = {
        covariate["time_dependent"]
        for _, covariate in _covariates(models.values())
        if "time_dependent" in (covariate or {})
    }
    if not dates:
        return ""
    drawn = (
        "Transplant in ongoing remission is a time-dependent covariate: each patient "
        "is unexposed before it and exposed from it on (start-stop rows "
        f"{cited('andersen_gill')}); an event on the day of transplant came first. It "
        f"was tested by Mantel and Byar {cited('mantel_byar')} and drawn by Simon and "
        f"Makuch {cited('simon_makuch')}."
    )
    landmarks = " and ".join(f"{months:g}" for months in statistics["landmarks"])
    later = (
        f" Landmark analyses {cited('landmark')} at {landmarks} months are sensitivity "
        "analyses."
        if landmarks
        else ""
    )
    others = sorted(dates - {"hct_date"})
    also = (
        f" Patients are unexposed before {' and '.join(map(_day_of, others))} and "
        "exposed from then "
        f"on (start-stop rows {cited('andersen_gill')})."
        if others
        else ""
    )
    if "hct_date" not in dates:
        return also.strip()
    biased = [name for name, m in models.items() if m.get("allow_immortal_time")]
    contrast = (
        f" Models that take transplant as known at the start ({_named(biased)}) are "
        "immortal-time biased and shown as a contrast only."
        if biased
        else ""
    )
    return f"{drawn}{also}{later}{contrast}"


def _day_of(column: str) -> str:
    return f"the day of {words(column.removesuffix('_date'))}"


def _named(models: Iterable[str]) -> str:
    return "; ".join(words(name) for name in models)


def _competing(
    models: Mapping[str, Any], statistics: Mapping[str, Any], cited: Cited
) -> str:
    said = []
    if statistics["incidences"]:
        said.append(
            f"Cumulative incidences of all causes {cited('all_causes')} were estimated "
            f"by Aalen-Johansen {cited('aalen_johansen')} and compared by Gray's test "
            f"{cited('gray')}."
        )
    if any(model.get("cause") for model in models.values()):
        said.append(
            "Models of one cause are cause-specific: the other causes are censored."
        )
    if GRAY in _methods(models.values()):
        said.append(
            f"Subdistribution hazards were modelled by Fine and Gray "
            f"{cited('fine_gray')} with baseline covariates only."
        )
    return " ".join(said)


def _models(
    models: Mapping[str, Any], statistics: Mapping[str, Any], cited: Cited
) -> str:
    used = _methods(models.values())
    if not {COX, FIRTH} & used:
        return ""
    ties = statistics["ties"]
    said = [
        f"Hazard ratios are from Cox models {cited('cox')} with "
        f"{TIES[ties]} ties {cited(ties)}."
    ]
    if FIRTH in used:
        always = _named(
            name for name, model in models.items() if model["method"] == FIRTH
        )
        said.append(
            f"These models: {always}, have Firth's penalty {cited('firth', 'firth_cox')} "
            "with profile-likelihood intervals and penalised likelihood-ratio tests."
        )
    said.append(
        f"The others are penalised where events per variable are fewer than "
        f"{statistics['events_per_variable']:g} {cited('events_per_variable')}, a cell "
        f"is zero or the likelihood is monotone; fewer than {statistics['min_events']} "
        "events are not estimated. Rare levels are warned of "
        f"{cited('rare_predictors')}. Proportional hazards were tested by the score "
        f"test {cited('proportional_hazards')}; where they fail, ratios are given "
        f"before and after {statistics['period_split_months']:g} months."
    )
    said.append(
        "The influence of single patients is dfbeta, the first-order approximation of "
        f"the change of an estimate without the patient {cited('dfbeta')}; of "
        "Firth-penalised logistic models it is found by leaving each patient out."
    )
    said += _interactions(models)
    return " ".join(said)


def _interactions(models: Mapping[str, Any]) -> list[str]:
    entries = [
        entry
        for model in models.values()
        for entry in model["covariates"].values()
        if "interaction" in (entry or {})
    ]
    if not entries:
        return []
    said = [
        "Interactions are tested by likelihood ratio, all columns of one together; "
        "under Firth's penalty by the penalised likelihood ratio."
    ]
    if any("within" in entry for entry in entries):
        said.append(
            "The ratio within each level of a covariate is that of the model fitted "
            "among the patients of the level alone, without the covariate and its "
            "interactions: baseline hazard, effects of the other covariates and choice "
            "of the estimator are the level's own. Its P is not adjusted and is no test "
            "of a difference between levels."
        )
    return said


def _response(
    endpoints: Mapping[str, Any],
    models: Mapping[str, Any],
    statistics: Mapping[str, Any],
    cited: Cited,
) -> str:
    if not any(endpoint["kind"] == "binary" for endpoint in endpoints.values()):
        return ""
    said = [
        f"Response rates have Wilson intervals {cited('wilson')} and were compared by "
        f"Fisher's exact test {cited('fisher', 'freeman_halton')}."
    ]
    if {LOGISTIC, "firth_logistic"} & _methods(models.values()):
        said.append(
            "Odds ratios are from logistic models with profile-likelihood intervals, "
            f"penalised by the same rule {cited('firth_logistic')}; their area under "
            "the curve is corrected for optimism by "
            f"{statistics['bootstrap_replicates']} bootstrap samples "
            f"{cited('optimism')}."
        )
    return " ".join(said)


def _missing(
    endpoints: Mapping[str, Any], statistics: Mapping[str, Any], cited: Cited
) -> str:
    families = statistics.get("families") or {"": {"method": "bh"}}
    named = [
        f"{ADJUSTED[method][0]} {cited(ADJUSTED[method][1])}"
        for method in sorted({family["method"] for family in families.values()})
    ]
    said = [
        f"Raw P values stand beside adjusted ones ({', '.join(named)}); no covariate was "
        "selected by its P value. Patients with a missing covariate leave the model and "
        "are counted beside each estimate."
    ]
    if any(endpoint.get("unknown") for endpoint in endpoints.values()):
        said.append(
            "Relapses of unknown kind are a cause of their own; in sensitivity analyses "
            "they were taken for each cause they may be, and imputed "
            f"{statistics['cause_imputations']} times {cited('lu_tsiatis', 'rubin')}."
        )
    return " ".join(said)


def _software(versions: Mapping[str, str]) -> str:
    named = [f"{name} {versions[name]}" for name in PROGRAMS if name in versions]
    return f"Software: {', '.join(named)}." if named else ""


def _methods(models: Iterable[Mapping[str, Any]]) -> set[str]:
    return {
        method
        for model in models
        for method in (model["method"], *(model.get("beside") or []))
    }


def _covariates(models: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, Any]]:
    for model in models:
        yield from model["covariates"].items()
        yield from (model.get("univariable") or {}).items()


def methods_section(
    config: Mapping[str, Any], versions: pd.DataFrame, references: pd.DataFrame
) -> Section:
    """
    Write the chapter of the methods with its references.

    Parameters
    ----------
    config
        As for `methods_text`.
    versions : columns name, version
    references : columns reference, subject, citation, source
    """
    cited = Cited(references)
    installed = dict(zip(versions["name"], versions["version"], strict=True))
    paragraphs = methods_text(config, installed, cited)
    listed = table("References", ["Number", "Reference"], cited.listed())
    return Section("methods", "Methods", [Block(words=paragraphs), Block(table=listed)])
