rule draw_oncoprint:
    input:
        LIBRARY["draw_oncoprint"],
        genotypes="<results>/genotypes.tsv",
        lesions="<results>/lesions.tsv",
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg=report(
            "<results>/figures/oncoprint.svg",
            caption="../report/oncoprint.rst",
            category="Genotypes",
        ),
        pdf="<results>/figures/oncoprint.pdf",
        png="<results>/figures/oncoprint.png",
        places="<results>/figures/oncoprint.tsv",
    log:
        "<results>/logs/draw_oncoprint.log",
    localrule: True
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
        svg=report(
            expand(
                "<results>/figures/{name}.svg",
                name=list(SETTINGS.statistics["curves"]),
            ),
            caption="../report/survival.rst",
            category="Survival",
        ),
        pdf=expand(
            "<results>/figures/{name}.pdf", name=list(SETTINGS.statistics["curves"])
        ),
        png=expand(
            "<results>/figures/{name}.png", name=list(SETTINGS.statistics["curves"])
        ),
    log:
        "<results>/logs/draw_survival.log",
    localrule: True
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
        svg=report(
            expand(
                "<results>/figures/{name}.svg",
                name=list(SETTINGS.statistics["incidences"]),
            ),
            caption="../report/cumulative_incidence.rst",
            category="Competing risks",
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
    localrule: True
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
        svg=report(
            "<results>/figures/forest_relapse.svg",
            caption="../report/forest_relapse.rst",
            category="Relapse",
        ),
        pdf="<results>/figures/forest_relapse.pdf",
        png="<results>/figures/forest_relapse.png",
    log:
        "<results>/logs/draw_forest.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
        confidence_level=SETTINGS.statistics["confidence_level"],
    script:
        "../../scripts/draw_forest.py"


rule draw_interactions:
    input:
        LIBRARY["draw_interactions"],
        models="<results>/models.tsv",
        tests="<results>/tests.tsv",
        colours=COLOURS,
    output:
        svg=report(
            "<results>/figures/forest_interactions.svg",
            caption="../report/forest_interactions.rst",
            category="Models",
        ),
        pdf="<results>/figures/forest_interactions.pdf",
        png="<results>/figures/forest_interactions.png",
    log:
        "<results>/logs/draw_interactions.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
        confidence_level=SETTINGS.statistics["confidence_level"],
    script:
        "../../scripts/draw_interactions.py"


rule draw_relapse_patterns:
    input:
        LIBRARY["draw_relapse_patterns"],
        patterns="<results>/relapse_patterns.tsv",
        colours=COLOURS,
    output:
        svg=report(
            "<results>/figures/relapse_patterns.svg",
            caption="../report/relapse_patterns.rst",
            category="Relapse",
        ),
        pdf="<results>/figures/relapse_patterns.pdf",
        png="<results>/figures/relapse_patterns.png",
    log:
        "<results>/logs/draw_relapse_patterns.log",
    localrule: True
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
        svg=report(
            "<results>/figures/flow.svg",
            caption="../report/flow.rst",
            category="Cohort",
        ),
        pdf="<results>/figures/flow.pdf",
        png="<results>/figures/flow.png",
    log:
        "<results>/logs/draw_flow.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_flow.py"


rule draw_co_occurrence:
    input:
        LIBRARY["draw_co_occurrence"],
        pairs="<results>/co_occurrence.tsv",
    output:
        svg=report(
            "<results>/figures/co_occurrence.svg",
            caption="../report/co_occurrence.rst",
            category="Genotypes",
        ),
        pdf="<results>/figures/co_occurrence.pdf",
        png="<results>/figures/co_occurrence.png",
    log:
        "<results>/logs/draw_co_occurrence.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_co_occurrence.py"


rule draw_swimmer:
    input:
        LIBRARY["draw_swimmer"],
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg=report(
            "<results>/figures/swimmer.svg",
            caption="../report/swimmer.rst",
            category="Relapse",
        ),
        pdf="<results>/figures/swimmer.pdf",
        png="<results>/figures/swimmer.png",
    log:
        "<results>/logs/draw_swimmer.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_swimmer.py"


rule draw_simon_makuch:
    input:
        LIBRARY["draw_simon_makuch"],
        cohort="<results>/cohort.tsv",
        colours=COLOURS,
    output:
        svg=report(
            "<results>/figures/simon_makuch.svg",
            caption="../report/simon_makuch.rst",
            category="Transplant",
        ),
        pdf="<results>/figures/simon_makuch.pdf",
        png="<results>/figures/simon_makuch.png",
        curves="<results>/simon_makuch.tsv",
    log:
        "<results>/logs/draw_simon_makuch.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        specifications=SETTINGS.models,
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
        settings=SETTINGS.report,
    script:
        "../../scripts/draw_simon_makuch.py"
