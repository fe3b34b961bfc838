rule gather_checks:
    input:
        LIBRARY["gather_checks"],
        checks=expand("<results>/work/variants/{batch}.checks.tsv", batch=list(BATCHES)),
    output:
        inputs="<results>/checks/inputs.tsv",
        warnings="<results>/run/warnings.tsv",
    log:
        "<results>/logs/gather_checks.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        warned=[asdict(warning) for warning in SHEETS.warnings],
    script:
        "../../scripts/gather_checks.py"


# First of all, and after no other rule: a file that is replaced once its checksum is
# taken is found by confirm_inputs, whether it was read before or after.
rule record_run:
    input:
        LIBRARY["record_run"],
        files=SHEETS.files,
        tables=list(RULE_TABLES.values()),
        code=list(CODE.values()),
        columns=CLINICAL_COLUMNS,
    output:
        config="<results>/run/config.yaml",
        samples="<results>/run/samples.tsv",
        versions="<results>/run/versions.tsv",
        checksums="<results>/run/checksums.tsv",
        method="<results>/run/method.tsv",
        patients="<results>/run/patients.tsv",
        cytogenetics="<results>/run/cytogenetics.tsv",
        curation="<results>/run/curation.tsv",
        clinical="<results>/run/clinical.tsv",
    log:
        "<results>/logs/record_run.log",
    priority: 100
    conda:
        "../envs/ballad.yaml"
    params:
        table_names=list(RULE_TABLES),
        code_names=list(CODE),
        settings=CONFIG,
        rows=GIVEN,
        switched_off=SWITCHED_OFF,
        not_varied=NOT_VARIED,
    script:
        "../../scripts/record_run.py"


rule compare_runs:
    input:
        LIBRARY["compare_runs"],
        earlier=EARLIER,
        now=expand("<results>/{name}", name=EARLIER_NAMES),
    output:
        changes="<results>/run/changes.tsv",
    log:
        "<results>/logs/compare_runs.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        names=EARLIER_NAMES,
    script:
        "../../scripts/compare_runs.py"


# After everything that reads a file of the cohort, before the report.
rule confirm_inputs:
    input:
        LIBRARY["confirm_inputs"],
        expand("<results>/work/variants/{batch}.records.tsv", batch=list(BATCHES)),
        "<results>/callability.tsv",
        "<results>/fusions.tsv",
        "<results>/work/structural_variants.tsv",
        "<results>/cytogenetics.tsv",
        "<results>/copy_number.tsv",
        "<results>/lesions.tsv",
        "<results>/cohort.tsv",
        files=SHEETS.files,
        checksums="<results>/run/checksums.tsv",
    output:
        unchanged="<results>/run/unchanged.tsv",
    log:
        "<results>/logs/confirm_inputs.log",
    conda:
        "../envs/ballad.yaml"
    script:
        "../../scripts/confirm_inputs.py"


# No output: it runs every time, and leaves nothing that looks like a result.
rule validate:
    input:
        LIBRARY["validate"],
        files=SHEETS.files,
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        panel=TABLES["panel"],
        hotspots=TABLES["hotspots"],
        contigs=CONTIGS,
    log:
        "<results>/logs/validate.log",
    conda:
        "../envs/ballad.yaml"
    threads: 2
    params:
        samples=GIVEN,
        assays=ASSAYS,
        padding=SETTINGS.variants.panel_padding,
        require_build_proof=SETTINGS.variants.require_build_proof,
        fastas=FASTAS,
        workers=lambda wildcards, threads: threads,
        warned=[asdict(warning) for warning in SHEETS.warnings],
    script:
        "../../scripts/validate.py"
