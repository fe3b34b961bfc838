rule draw_oncoprint:
    input:
        LIBRARY["draw_oncoprint"],
        genotypes="<results>/genotypes.tsv",
        lesions="<results>/lesions.tsv",
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg="<results>/figures/oncoprint.svg",
        pdf="<results>/figures/oncoprint.pdf",
        png="<results>/figures/oncoprint.png",
    log:
        "<results>/logs/draw_oncoprint.log",
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_oncoprint.py"


rule draw_survival:
    input:
        LIBRARY["draw_survival"],
        survival="<results>/survival.tsv",
        summary="<results>/survival_summary.tsv",
        tests="<results>/tests.tsv",
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg=expand(
            "<results>/figures/{name}.svg", name=list(SETTINGS.statistics["curves"])
        ),
        pdf=expand(
            "<results>/figures/{name}.pdf", name=list(SETTINGS.statistics["curves"])
        ),
        png=expand(
            "<results>/figures/{name}.png", name=list(SETTINGS.statistics["curves"])
        ),
    log:
        "<results>/logs/draw_survival.log",
    conda:
        "../envs/ballad.yaml"
    params:
        curves=SETTINGS.statistics["curves"],
        groups=SETTINGS.groups,
        settings=SETTINGS.report,
        confidence_level=SETTINGS.statistics["confidence_level"],
    script:
        "../../scripts/draw_survival.py"


rule draw_incidences:
    input:
        LIBRARY["draw_incidences"],
        incidence="<results>/cumulative_incidence.tsv",
        tests="<results>/tests.tsv",
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg=expand(
            "<results>/figures/{name}.svg",
            name=list(SETTINGS.statistics["incidences"]),
        ),
        pdf=expand(
            "<results>/figures/{name}.pdf",
            name=list(SETTINGS.statistics["incidences"]),
        ),
        png=expand(
            "<results>/figures/{name}.png",
            name=list(SETTINGS.statistics["incidences"]),
        ),
    log:
        "<results>/logs/draw_incidences.log",
    conda:
        "../envs/ballad.yaml"
    params:
        incidences=SETTINGS.statistics["incidences"],
        groups=SETTINGS.groups,
        settings=SETTINGS.report,
        confidence_level=SETTINGS.statistics["confidence_level"],
    script:
        "../../scripts/draw_incidences.py"


rule draw_forest:
    input:
        LIBRARY["draw_forest"],
        models="<results>/models.tsv",
        colours=COLOURS,
    output:
        svg="<results>/figures/forest_relapse.svg",
        pdf="<results>/figures/forest_relapse.pdf",
        png="<results>/figures/forest_relapse.png",
    log:
        "<results>/logs/draw_forest.log",
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
        confidence_level=SETTINGS.statistics["confidence_level"],
    script:
        "../../scripts/draw_forest.py"


rule draw_relapse_patterns:
    input:
        LIBRARY["draw_relapse_patterns"],
        patterns="<results>/relapse_patterns.tsv",
        colours=COLOURS,
    output:
        svg="<results>/figures/relapse_patterns.svg",
        pdf="<results>/figures/relapse_patterns.pdf",
        png="<results>/figures/relapse_patterns.png",
    log:
        "<results>/logs/draw_relapse_patterns.log",
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_relapse_patterns.py"


rule draw_flow:
    input:
        LIBRARY["draw_flow"],
        flow="<results>/flow.tsv",
        colours=COLOURS,
    output:
        svg="<results>/figures/flow.svg",
        pdf="<results>/figures/flow.pdf",
        png="<results>/figures/flow.png",
    log:
        "<results>/logs/draw_flow.log",
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_flow.py"
