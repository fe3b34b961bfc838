FIGURES = [
    "flow",
    "oncoprint",
    *SETTINGS.statistics["curves"],
    *SETTINGS.statistics["incidences"],
    "forest_relapse",
    "relapse_patterns",
    "co_occurrence",
    "swimmer",
    "simon_makuch",
]


rule write_report:
    input:
        LIBRARY["write_report"],
        "<results>/run/unchanged.tsv",
        template=located("workflow/report/report.html.jinja", ROOT),
        cohort="<results>/cohort.tsv",
        flow="<results>/flow.tsv",
        join_report="<results>/join_report.tsv",
        table_one="<results>/table_one.tsv",
        genotypes="<results>/genotypes.tsv",
        response="<results>/response.tsv",
        survival_summary="<results>/survival_summary.tsv",
        incidence="<results>/cumulative_incidence.tsv",
        tests="<results>/tests.tsv",
        models="<results>/models.tsv",
        diagnostics="<results>/diagnostics.tsv",
        relapse_patterns="<results>/relapse_patterns.tsv",
        failure_patterns="<results>/failure_patterns.tsv",
        comparison="<results>/published_comparison.tsv",
        inputs="<results>/checks/inputs.tsv",
        filter_counts="<results>/filter_counts.tsv",
        warnings="<results>/run/warnings.tsv",
        quality="<results>/quality.tsv",
        uncovered="<results>/uncovered.tsv",
        versions="<results>/run/versions.tsv",
        checksums="<results>/run/checksums.tsv",
        references=REFERENCES,
        checklists=CHECKLISTS,
        config="<results>/run/config.yaml",
        changes=["<results>/run/changes.tsv"] if SETTINGS.compare_with else [],
        survival="<results>/survival.tsv",
        co_occurrence="<results>/co_occurrence.tsv",
        simon_makuch="<results>/simon_makuch.tsv",
        sensitivity="<results>/sensitivity.tsv",
        explanation="<results>/explanation.tsv",
        cross_checks="<results>/checks/cross_checks.tsv",
        discordant_samples="<results>/checks/discordant_samples.tsv",
        colours=COLOURS,
        places="<results>/figures/oncoprint.tsv",
        svg=expand("<results>/figures/{name}.svg", name=FIGURES),
        pdf=expand("<results>/figures/{name}.pdf", name=FIGURES),
    output:
        report=report(
            "<results>/report.html",
            caption="../report/study_report.rst",
            category="Study report",
        ),
    log:
        "<results>/logs/write_report.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        cohort_name=SETTINGS.cohort,
        settings=SETTINGS.report,
        curves=SETTINGS.statistics["curves"],
        incidences=SETTINGS.statistics["incidences"],
        survival_times=SETTINGS.statistics["survival_times"],
        confidence_level=SETTINGS.statistics["confidence_level"],
        definitions={
            "populations": SETTINGS.populations,
            "endpoints": SETTINGS.endpoints,
            "groups": SETTINGS.groups,
            "models": SETTINGS.models,
            "statistics": SETTINGS.statistics,
            "sensitivity": SETTINGS.sensitivity,
            "variants": asdict(SETTINGS.variants),
            "genotypes": SETTINGS.genotypes,
        },
    script:
        "../../scripts/write_report.py"
