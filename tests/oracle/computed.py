"""The cases of R, computed by ballad: one function per family."""

import math

import numpy as np
import pandas as pd
from scipy.stats import (
    binomtest,
    chi2,
    chi2_contingency,
    mannwhitneyu,
    norm,
)
from scipy.stats.contingency import odds_ratio

from ballad.outcomes.competing_risks import (
    counts,
    cumulative_incidence,
    incidence_variance,
)
from ballad.outcomes.concordance import concordance
from ballad.outcomes.cox import fit_cox
from ballad.outcomes.exact_tests import fisher
from ballad.outcomes.fine_gray import fit_fine_gray
from ballad.outcomes.gray import gray_test
from ballad.outcomes.kaplan_meier import kaplan_meier, quantile, restricted_mean
from ballad.outcomes.likelihood import likelihood_ratio_p, maximise, profile_limits
from ballad.outcomes.log_rank import log_rank
from ballad.outcomes.log_rank_score import log_rank_score
from ballad.outcomes.logistic import BinomialLikelihood, fit_logistic
from ballad.outcomes.proportional_hazards import TRANSFORMS, proportional_hazards_test
from ballad.outcomes.response import rate_with_interval
from ballad.outcomes.significance import adjusted
from ballad.outcomes.splitting import split_follow_up
from ballad.outcomes.table_one import compare_numbers
from ballad.outcomes.transplant import landmark_patients, mantel_byar, simon_makuch

LEVEL = 0.95
Z = norm.ppf(0.975)
BMT_TIMES, LUNG_TIMES = (100, 200, 365, 730, 1500), (100, 200, 365, 600)
BMT = ["t2", "d3"]


def labelled(groups, prefix="group="):
    return [(f"{prefix}{name}", part) for name, part in groups]


# Kaplan-Meier -----------------------------------------------------------------


def standard_error(curve):
    """Work back from ballad's log-log limits to the error that they are made of."""
    s = curve["survival"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.log(-np.log(curve["ci_low"])) - np.log(-np.log(curve["ci_high"]))
        return np.where(s == 1, 0.0, -s * np.log(s) * scale.to_numpy() / (2 * Z))


def on_scale(curve, scale):
    """Put the limits on another scale; ballad itself reports log-log ones only."""
    if scale == "log-log":
        return curve
    s, error = curve["survival"], standard_error(curve)
    low, high = s - Z * error, s + Z * error
    if scale == "log":
        low, high = s * np.exp(-Z * error / s), s * np.exp(Z * error / s)
    return curve.assign(ci_low=low.clip(lower=0), ci_high=high.clip(upper=1))


def curve_points(curve, strata, times):
    for time in times:
        here = curve[curve["time_months"] <= time].iloc[-1]
        later = curve.loc[curve["time_months"] >= time, "n_at_risk"]
        yield {
            "strata": strata,
            "time": time,
            "n_risk": later.iloc[0] if len(later) else 0,
            "surv": here["survival"],
            "se": here["se"],
            "lower": here["ci_low"],
            "upper": here["ci_high"],
        }


def curves(arms, times, scale):
    points, medians = [], []
    for strata, (months, event) in arms:
        curve = kaplan_meier(months, event, LEVEL)
        curve = on_scale(curve.assign(se=standard_error(curve)), scale)
        points += curve_points(curve, strata, times)
        median, low, high = quantile(curve, 0.5)
        medians.append(
            {
                "strata": strata,
                "n": len(months),
                "events": event.sum(),
                "median": median,
                "lower": low,
                "upper": high,
            }
        )
    return {"curves": points, "median": medians}


def arms_of(rows, columns, by=None):
    stop, event = columns
    if by is None:
        return [("all", (rows[stop], rows[event]))]
    return [(name, (p[stop], p[event])) for name, p in labelled(rows.groupby(by))]


def km_bmt(rows, scale):
    return curves(arms_of(rows, BMT, "group"), BMT_TIMES, scale)


def km_reverse(rows):
    censored = rows.assign(d3=1 - rows["d3"])
    return curves(arms_of(censored, BMT), BMT_TIMES, "log-log")


def rmst(rows):
    found = {"strata": [], "rmean": [], "se": []}
    for strata, (months, event) in arms_of(rows, BMT, "group"):
        mean, error = restricted_mean(kaplan_meier(months, event, LEVEL), 1000)
        for key, value in zip(found, (strata, mean, error), strict=True):
            found[key].append(value)
    return found


def simon(rows, landmark, times):
    found = simon_makuch(rows, "transplant", landmark, LEVEL)
    found = found.rename(columns={"time": "time_months"})
    points, medians = [], []
    for exposed, curve in found.groupby("exposed"):
        curve = curve.assign(se=standard_error(curve))
        strata = f"transplant={exposed}"
        points += curve_points(curve, strata, times)
        median, low, high = quantile(curve, 0.5)
        row = {"strata": strata, "events": curve["n_events"].sum(), "median": median}
        medians.append(row | {"lower": low, "upper": high})
    return {"curves": points, "median": medians}


# Log-rank ---------------------------------------------------------------------


def survdiff(months, event, group, strata=None, rho=0):
    score = log_rank_score(months, event, group, strata=strata, rho=rho)
    found = {"chisq": score.statistic, "df": score.df, "p": score.p}
    if not rho:
        statistic, df, p = log_rank(months, event, group, strata)
        found = {"chisq": statistic, "df": df, "p": p}
    return found | {"obs": list(score.observed), "exp": list(score.expected)}


def p_adjusted(p, method):
    tests = pd.DataFrame({"p": p, "group_by": "g"})
    tests = tests.assign(analysis="", endpoint="", population="", test="", cause="")
    family = {"f": {"tests": ["g"], "method": method}}
    return list(adjusted(tests, family)["p_adjusted"])


METHODS = {"holm": "holm", "BH": "bh", "BY": "by", "bonferroni": "bonferroni"}


def pairwise(rows):
    names = sorted(rows["celltype"].unique())
    pairs = [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
    p = []
    for pair in pairs:
        part = rows[rows["celltype"].isin(pair)]
        p.append(log_rank(part["time"], part["status"], part["celltype"])[2])
    a, b = zip(*pairs, strict=True)
    adjusted_p = {name: p_adjusted(p, method) for name, method in METHODS.items()}
    return {"a": list(a), "b": list(b), "p": p} | adjusted_p


def padjust(_):
    p = [0.001, 0.008, 0.039, 0.041, 0.042, 0.06, 0.074, 0.205, 0.212, 0.216]
    p += [0.222, 0.251, 0.269, 0.275, 0.34]
    methods = METHODS | {"hochberg": "hochberg"}
    return {"p": p} | {name: p_adjusted(p, m) for name, m in methods.items()}


# Cox --------------------------------------------------------------------------


def timed(rows, stop, event, start=None):
    begin = 0.0 if start is None else rows[start]
    return rows.assign(start=begin, stop=rows[stop], event=rows[event].astype(float))


def cox(rows, columns, terms, names=None, **options):
    rows = timed(rows, *columns)
    fit = fit_cox(rows, terms, **options)
    linear = rows[terms].to_numpy(float) @ fit.coefficients
    same = {k: v for k, v in options.items() if k in ("strata", "weights", "cluster")}
    limits = np.array([fit.wald_interval(term, LEVEL) for term in terms])
    df = len(terms)
    gain = 2 * (fit.loglik - fit.loglik_null)
    inverse = np.linalg.inv(fit.covariance)
    wald = fit.coefficients @ inverse @ fit.coefficients
    score = fit.score_statistic
    return {
        "n": len(rows),
        "nevent": rows["event"].sum(),
        "terms": names or terms,
        "coef": list(fit.coefficients),
        "hr": list(np.exp(fit.coefficients)),
        "se": list(fit.standard_errors),
        "se_naive": list(np.sqrt(np.diag(fit.naive_covariance))),
        "z": list(fit.coefficients / fit.standard_errors),
        "p": [fit.wald_p(term) for term in terms],
        "lower": list(limits[:, 0]),
        "upper": list(limits[:, 1]),
        "loglik_null": fit.loglik_null,
        "loglik": fit.loglik,
        "lrt": [gain, df, chi2.sf(gain, df)],
        # summary() of R rounds the Wald statistic, not its p.
        "wald": [round(wald, 2), df, chi2.sf(wald, df)],
        "score": [score, df, chi2.sf(score, df)],
        "concordance": list(concordance(rows, linear, **same)),
        "vcov": fit.covariance.tolist(),
    }


def interaction(rows):
    rows = rows.assign(both=rows["trt2"] * rows["karno"])
    names = ["trt2", "karno", "trt2:karno"]
    return cox(rows, ["time", "status"], ["trt2", "karno", "both"], names)


def firth(rows, columns, terms, penalised=True):
    fit = fit_cox(timed(rows, *columns), terms, ties="breslow", firth=penalised)
    limits = np.array([fit.profile_interval(term, LEVEL) for term in terms])
    return {
        "terms": terms,
        "coef": list(fit.coefficients),
        "se": list(fit.standard_errors),
        "lower_pl": list(limits[:, 0]),
        "upper_pl": list(limits[:, 1]),
        "p_plr": [fit.likelihood_ratio_p(term) for term in terms],
        "loglik": fit.loglik,
        "loglik_null": fit.loglik_null,
    }


def proportional(rows, columns, terms):
    found = {}
    for transform in TRANSFORMS:
        table = proportional_hazards_test(
            timed(rows, *columns), terms, transform=transform
        )
        found[transform] = {
            "terms": list(table["term"]),
            "chisq": list(table["statistic"]),
            "df": list(table["df"]),
            "p": list(table["p"]),
        }
    return found


# Transplant -------------------------------------------------------------------


def byar(rows, columns, exposure, parts=False):
    found = mantel_byar(timed(rows, *columns), exposure)
    result = {"chisq": found.statistic, "df": 1, "p": found.p}
    score = {"U": found.observed - found.expected, "V": found.variance}
    return score | result if parts else result


def landmark(rows):
    follow_up = rows.assign(patient=rows["id"], days=rows["t2"], event=rows["d3"])
    recovery = pd.DataFrame({"platelets": rows["tp"].where(rows["dp"] == 1)})
    split = split_follow_up(follow_up, recovery, 0.5)
    there = landmark_patients(split, "platelets", 30)
    return {
        "n": len(there),
        "n_exposed": there["exposed"].sum(),
        "logrank": survdiff(there["stop"], there["event"], there["exposed"]),
        "cox": cox(there, ["stop", "event", "start"], ["exposed"], ["pl30"]),
    }


# Competing risks --------------------------------------------------------------


def with_cause(rows):
    return rows.assign(cause=rows["cr_event"].map({0: "censored", 1: "1", 2: "2"}))


def incidence_points(rows, label):
    for cause in ("1", "2"):
        curve = cumulative_incidence(rows["t2"], rows["cause"], cause, LEVEL)
        group = counts(
            rows["t2"].to_numpy(float),
            rows["cause"].to_numpy(),
            cause,
            curve["time_months"].to_numpy(),
        )
        curve = curve.assign(variance=incidence_variance(group))
        for time in BMT_TIMES:
            here = curve[curve["time_months"] <= time].iloc[-1]
            yield {
                "group": label,
                "cause": cause,
                "time": time,
                "est": here["cif"],
                "var": here["variance"],
                "lower_loglog": here["ci_low"],
                "upper_loglog": here["ci_high"],
            }


def gray(rows, **options):
    found = [
        gray_test(rows["t2"], rows["cause"], rows["group"], cause, **options)
        for cause in ("1", "2")
    ]
    statistic, df, p = (list(part) for part in zip(*found, strict=True))
    return {"cause": ["1", "2"], "stat": statistic, "p": p, "df": df}


def gray_only(rows, strata=None, **options):
    rows = with_cause(rows)
    return gray(rows, strata=None if strata is None else rows[strata], **options)


def cuminc(rows, grouped):
    rows = with_cause(rows)
    if not grouped:
        return {"cif": list(incidence_points(rows, "1")), "gray": math.nan}
    points = [
        point
        for g, part in rows.groupby("group")
        for point in incidence_points(part, g)
    ]
    return {"cif": points, "gray": gray(rows)}


def state_probabilities(rows):
    states = {"1": "relapse", "2": "nrm"}
    found = []
    for strata, part in labelled(with_cause(rows).groupby("group")):
        points = list(incidence_points(part, strata))
        for point in points:
            state = {"strata": strata, "state": states[point["cause"]]}
            found.append(state | {"time": point["time"], "pstate": point["est"]})
        for time in BMT_TIMES:
            free = 1 - sum(p["est"] for p in points if p["time"] == time)
            at = {"strata": strata, "state": "(s0)", "time": time}
            found.append(at | {"pstate": free})
    return {"pstate": found}


def fine_gray(rows, cause, terms, names=None, with_log_time=()):
    table = rows.assign(
        stop=rows["t2"],
        event=(rows["cr_event"] == cause).astype(float),
        competing=rows["cr_event"].isin({1, 2} - {cause}).astype(float),
    )
    fit = fit_fine_gray(table, terms, with_log_time)
    return {
        "terms": names or terms,
        "coef": list(fit.coefficients),
        "shr": list(np.exp(fit.coefficients)),
        "se": list(fit.standard_errors),
        "se_naive": list(np.sqrt(np.diag(fit.naive_covariance))),
        "z": list(fit.coefficients / fit.standard_errors),
        "p": [fit.wald_p(term) for term in fit.terms],
        "loglik": fit.loglik,
        "loglik_null": fit.loglik_null,
        "n": len(table),
    }


def expanded(rows, terms, ties):
    columns = ["fgstop", "fgstatus", "fgstart"]
    return cox(rows, columns, terms, ties=ties, weights="fgwt", cluster="id")


# Logistic ---------------------------------------------------------------------

INTERCEPT = "(Intercept)"


def logistic(table, terms, outcome, penalised):
    """Collect a fit: slopes as reported, the intercept from the same likelihood."""
    fit = fit_logistic(table, terms, table[outcome], firth=penalised)
    y = table[outcome].to_numpy(float)
    design = np.column_stack([np.ones(len(y)), table[terms].to_numpy(float)])
    likelihood = BinomialLikelihood(design, y)
    top = maximise(likelihood, penalised)
    low, high = profile_limits(likelihood, top, 0, LEVEL, penalised)
    p = likelihood_ratio_p(likelihood, top, 0, penalised)
    flat = {place: 0.0 for place in range(1, design.shape[1])}
    return {
        "terms": [INTERCEPT, *terms],
        "coef": [fit.intercept, *fit.coefficients],
        "se": [np.sqrt(np.linalg.inv(top.information)[0, 0]), *fit.standard_errors],
        "lower_pl": [low, *fit.intervals[:, 0]],
        "upper_pl": [high, *fit.intervals[:, 1]],
        "p_plr": [p, *fit.p],
        "loglik": [top.value, maximise(likelihood, penalised, flat).value],
        "information": top.information,
    }


def glm(table, terms, outcome):
    found = logistic(table, terms, outcome, False)
    return found | {
        "deviance": -2 * found["loglik"][0],
        "null_deviance": -2 * found["loglik"][1],
        "lrt_p": found["p_plr"][1:],
    }


def brglm2(table, terms, outcome):
    found = logistic(table, terms, outcome, True)
    errors = np.sqrt(np.diag(np.linalg.inv(found["information"])))
    return {"terms": found["terms"], "coef": found["coef"], "se": list(errors)}


# Table one --------------------------------------------------------------------


def table_one(rows):
    """Collect the tests of table 1; what ballad takes from scipy unwrapped, so here."""

    def crossed(one, other):
        return pd.crosstab(rows[one], rows[other]).to_numpy()

    def arms(number, by):
        return [part[number] for _, part in rows.groupby(by)]

    two = crossed("z3", "z4")
    relapses = int(rows["d2"].sum())
    plain = {"use_continuity": False, "method": "asymptotic"}
    clopper = binomtest(relapses, len(rows)).proportion_ci(LEVEL, "exact")
    conditional = odds_ratio(two, kind="conditional")
    return {
        "fisher_z3_group": fisher(crossed("z3", "group"), 1)[1],
        "fisher_z9_group": fisher(crossed("z9", "group"), 1)[1],
        "fisher2x2_z3_z4": fisher(two, 1)[1],
        "fisher2x2_or": conditional.statistic,
        "fisher2x2_ci": list(conditional.confidence_interval(LEVEL)),
        "kruskal_z1": compare_numbers(arms("z1", "group"))[1],
        "kruskal_z7": compare_numbers(arms("z7", "group"))[1],
        "wilcox_z1_z3": mannwhitneyu(*arms("z1", "z3"), **plain).pvalue,
        "wilcox_z1_z3_cc": compare_numbers(arms("z1", "z3"))[1],
        "chisq_z3_group": chi2_contingency(crossed("z3", "group"), False).pvalue,
        "chisq2x2_cc": chi2_contingency(two).pvalue,
        "chisq2x2": chi2_contingency(two, False).pvalue,
        "clopper": [clopper.low, clopper.high],
        "wilson": list(rate_with_interval(relapses, len(rows), LEVEL)[1:]),
        "iqr_z1": list(rows["z1"].quantile([0.25, 0.5, 0.75])),
    }


# Cases ------------------------------------------------------------------------

HEART = ["stop", "event", "start"]
BMT_TD = ["agvhd", "plt", "hi", "lo"]
RISK = ["hi", "lo", "z1", "z8"]
LUNG, VETERAN = ["time", "dead"], ["time", "status"]
LUNG_TERMS, VETERAN_TERMS = ["age", "female", "ph.ecog"], ["trt2", "karno", "age"]
SEX2 = ["age", "oc", "vic", "vicl", "vis"]
ENDOMETRIAL = ["NV", "PI", "EH"]


def cause_specific(rows, cause):
    rows = rows.assign(own=(rows["cr_event"] == cause).astype(float))
    return cox(rows, ["t2", "own"], RISK)


# A case that reads another table than its entry in index.json says.
OTHER_TABLE = {
    "naive_immortal_heart": "heart_naive",
    "fg_survival_bmt_relapse": "bmt_finegray_relapse",
    "fg_survival_bmt_relapse_efron": "bmt_finegray_relapse",
}
COMPUTED = {
    "km_bmt_plain": lambda r: km_bmt(r, "plain"),
    "km_bmt_loglog": lambda r: km_bmt(r, "log-log"),
    "km_bmt_log": lambda r: km_bmt(r, "log"),
    "km_lung_loglog": lambda r: curves(arms_of(r, LUNG), LUNG_TIMES, "log-log"),
    "km_reverse_followup_bmt": km_reverse,
    "rmst_bmt_1000": rmst,
    "lr_bmt_group": lambda r: survdiff(r["t2"], r["d3"], r["group"]),
    "lr_bmt_group_fh1": lambda r: survdiff(r["t2"], r["d3"], r["group"], rho=1),
    "lr_lung_sex": lambda r: survdiff(r["time"], r["dead"], r["sex"]),
    "lr_lung_sex_fh1": lambda r: survdiff(r["time"], r["dead"], r["sex"], rho=1),
    "lr_lung_sex_strat_ecog": lambda r: survdiff(
        r["time"], r["dead"], r["sex"], r["ecog3"]
    ),
    "lr_veteran_celltype": lambda r: survdiff(r["time"], r["status"], r["celltype"]),
    "lr_pairwise_veteran": pairwise,
    "cox_bmt_dfs_efron": lambda r: cox(r, BMT, ["hi", "lo", "z1", "z2", "z8"]),
    "cox_lung_efron": lambda r: cox(r, LUNG, LUNG_TERMS),
    "cox_lung_breslow": lambda r: cox(r, LUNG, LUNG_TERMS, ties="breslow"),
    "cox_veteran_strata": lambda r: cox(r, VETERAN, VETERAN_TERMS, strata=["celltype"]),
    "cox_veteran_robust": lambda r: cox(
        r.assign(id=range(len(r))), VETERAN, VETERAN_TERMS, cluster="id"
    ),
    "cox_lung_cluster_inst": lambda r: cox(
        r[r["inst"].notna()], LUNG, ["age", "female"], cluster="inst"
    ),
    "cox_interaction_veteran": interaction,
    "zph_veteran": lambda r: proportional(
        r, VETERAN, [*VETERAN_TERMS, "sq", "sm", "ad"]
    ),
    "zph_lung": lambda r: proportional(r, LUNG, LUNG_TERMS),
    "zph_bmt": lambda r: proportional(r, BMT, ["hi", "lo", "z1", "z2", "z8"]),
    "cox_heart_td": lambda r: cox(r, HEART, ["age", "year", "surgery", "transplant"]),
    "cox_heart_td_breslow": lambda r: cox(
        r, HEART, ["age", "year", "surgery", "transplant"], ties="breslow"
    ),
    "cox_heart_td_strata": lambda r: cox(
        r, HEART, ["age", "transplant"], strata=["surgery"]
    ),
    "cox_heart_td_robust": lambda r: cox(
        r, HEART, ["age", "surgery", "transplant"], cluster="id"
    ),
    "cox_bmt_td_dfs": lambda r: cox(
        r, ["tstop", "dfs", "tstart"], [*BMT_TD, "z1", "z2"]
    ),
    "cox_bmt_td_relapse_cs": lambda r: cox(r, ["tstop", "rel", "tstart"], BMT_TD),
    "cox_bmt_td_nrm_cs": lambda r: cox(r, ["tstop", "nrm", "tstart"], BMT_TD),
    "mantel_byar_heart": lambda r: byar(r, HEART, "transplant"),
    "mantel_byar_heart_hand": lambda r: byar(r, HEART, "transplant", parts=True),
    "mantel_byar_bmt_plt": lambda r: byar(r, ["tstop", "dfs", "tstart"], "plt"),
    "simon_makuch_heart_lm30": lambda r: simon(r, 30, (60, 100, 200, 365, 800)),
    "simon_makuch_heart_0": lambda r: simon(r, 0, (30, 60, 100, 200, 365)),
    "landmark_bmt_plt_30": landmark,
    "naive_immortal_heart": lambda r: cox(r, ["stop", "event"], ["transplant"]),
    "cuminc_bmt_group": lambda r: cuminc(r, True),
    "cuminc_bmt_all": lambda r: cuminc(r, False),
    "gray_bmt_rho1": lambda r: gray_only(r, rho=1),
    "gray_bmt_strata_z10": lambda r: gray_only(r, "z10"),
    "aj_bmt_group": state_probabilities,
    "csc_bmt_relapse": lambda r: cause_specific(r, 1),
    "csc_bmt_nrm": lambda r: cause_specific(r, 2),
    "crr_bmt_relapse": lambda r: fine_gray(r, 1, RISK),
    "crr_bmt_nrm": lambda r: fine_gray(r, 2, RISK),
    "crr_bmt_relapse_tf": lambda r: fine_gray(
        r, 1, ["hi", "lo"], ["hi", "lo", "hi*tf1"], ["hi"]
    ),
    "fg_survival_bmt_relapse": lambda r: expanded(r, RISK, "breslow"),
    "fg_survival_bmt_relapse_efron": lambda r: expanded(r, RISK, "efron"),
    "glm_sex2": lambda r: glm(r, SEX2, "case"),
    "logistf_sex2": lambda r: logistic(r, [*SEX2, "dia"], "case", True),
    "logistf_endometrial": lambda r: logistic(r, ENDOMETRIAL, "HG", True),
    "brglm2_endometrial": lambda r: brglm2(r, ENDOMETRIAL, "HG"),
    "coxphf_breast": lambda r: firth(r, ["TIME", "CENS"], ["T", "N", "G", "CD"]),
    "coxph_breslow_breast_nofirth": lambda r: firth(
        r, ["TIME", "CENS"], ["T", "N", "CD"], penalised=False
    ),
    "coxph_breslow_breast_ref": lambda r: cox(
        r, ["TIME", "CENS"], ["T", "N", "CD"], ties="breslow"
    ),
    "coxphf_bmt_relapse": lambda r: firth(r, ["t2", "d2"], ["hi", "lo", "z8"]),
    "coxphf_heart_td": lambda r: firth(r, HEART, ["age", "surgery", "transplant"]),
    "coxphf_bmt_td_relapse": lambda r: firth(r, ["tstop", "rel", "tstart"], BMT_TD),
    "tab1_bmt": table_one,
    "padjust": padjust,
}
