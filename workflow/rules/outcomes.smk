rule describe_cohort:
    input:
        LIBRARY["describe_cohort"],
        cohort="<results>/cohort.tsv",
    output:
        table_one="<results>/table_one.tsv",
    log:
        "<results>/logs/describe_cohort.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/describe_cohort.py"


rule estimate_response:
    input:
        LIBRARY["estimate_response"],
        cohort="<results>/cohort.tsv",
    output:
        response="<results>/response.tsv",
        tests="<results>/work/tests/response.tsv",
    log:
        "<results>/logs/estimate_response.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/estimate_response.py"


rule estimate_survival:
    input:
        LIBRARY["estimate_survival"],
        cohort="<results>/cohort.tsv",
    output:
        survival="<results>/survival.tsv",
        summary="<results>/survival_summary.tsv",
        tests="<results>/work/tests/survival.tsv",
    log:
        "<results>/logs/estimate_survival.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/estimate_survival.py"


rule estimate_cumulative_incidence:
    input:
        LIBRARY["estimate_cumulative_incidence"],
        cohort="<results>/cohort.tsv",
    output:
        incidence="<results>/cumulative_incidence.tsv",
        tests="<results>/work/tests/cumulative_incidence.tsv",
    log:
        "<results>/logs/estimate_cumulative_incidence.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/estimate_cumulative_incidence.py"


rule fit_models:
    input:
        LIBRARY["fit_models"],
        cohort="<results>/cohort.tsv",
    output:
        models="<results>/models.tsv",
    log:
        "<results>/logs/fit_models.log",
    conda:
        "../envs/ballad.yaml"
    params:
        specifications=SETTINGS.models,
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/fit_models.py"


rule diagnose_models:
    input:
        LIBRARY["diagnose_models"],
        cohort="<results>/cohort.tsv",
    output:
        diagnostics="<results>/diagnostics.tsv",
        influence="<results>/influence.tsv",
        tests="<results>/work/tests/models.tsv",
    log:
        "<results>/logs/diagnose_models.log",
    conda:
        "../envs/ballad.yaml"
    params:
        specifications=SETTINGS.models,
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/diagnose_models.py"


rule count_relapse_patterns:
    input:
        LIBRARY["count_relapse_patterns"],
        cohort="<results>/cohort.tsv",
    output:
        relapse_patterns="<results>/relapse_patterns.tsv",
        failure_patterns="<results>/failure_patterns.tsv",
        tests="<results>/work/tests/relapse_patterns.tsv",
    log:
        "<results>/logs/count_relapse_patterns.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
    script:
        "../../scripts/count_relapse_patterns.py"


rule compare_lesions:
    input:
        LIBRARY["compare_lesions"],
        cohort="<results>/cohort.tsv",
    output:
        co_occurrence="<results>/co_occurrence.tsv",
    log:
        "<results>/logs/compare_lesions.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        lesions=SETTINGS.statistics["co_occurrence"],
    script:
        "../../scripts/compare_lesions.py"


rule gather_tests:
    input:
        LIBRARY["gather_tests"],
        tests=expand(
            "<results>/work/tests/{subject}.tsv",
            subject=[
                "response",
                "survival",
                "cumulative_incidence",
                "relapse_patterns",
                "models",
            ],
        ),
        cohort="<results>/cohort.tsv",
    output:
        all_tests="<results>/tests.tsv",
    log:
        "<results>/logs/gather_tests.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        families=SETTINGS.statistics["families"],
        groups=SETTINGS.groups,
    script:
        "../../scripts/gather_tests.py"


rule compare_published:
    input:
        LIBRARY["compare_published"],
        cohort="<results>/cohort.tsv",
        response="<results>/response.tsv",
        survival_summary="<results>/survival_summary.tsv",
        tests="<results>/tests.tsv",
        models="<results>/models.tsv",
        published=[SETTINGS.published] if SETTINGS.published else [],
    output:
        comparison="<results>/published_comparison.tsv",
    log:
        "<results>/logs/compare_published.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    script:
        "../../scripts/compare_published.py"
