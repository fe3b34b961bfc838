rule assess_lesions:
    input:
        LIBRARY["assess_lesions"],
        variants="<results>/variants.tsv",
        callability="<results>/callability.tsv",
        fusions="<results>/fusions.tsv",
        structural_variants="<results>/work/structural_variants.tsv",
        cytogenetics="<results>/cytogenetics.tsv",
        copy_number="<results>/copy_number.tsv",
        curation=[SETTINGS.curation] if SETTINGS.curation else [],
        lesion_rules=TABLES["lesions"],
        expression_labels=EXPRESSION_LABELS,
    output:
        lesions="<results>/lesions.tsv",
        evidence="<results>/evidence.tsv",
        counted_samples="<results>/checks/counted_samples.tsv",
        discordant_samples="<results>/checks/discordant_samples.tsv",
    log:
        "<results>/logs/assess_lesions.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=ROWS,
        assays=ASSAYS,
        patients=SHEETS.patients,
        remission_below_blasts_pct=SETTINGS.genotypes["remission_below_blasts_pct"],
        sample_window_days=SETTINGS.genotypes["sample_window_days"],
        days=DAYS,
    script:
        "../../scripts/assess_lesions.py"


rule classify_genotypes:
    input:
        LIBRARY["classify_genotypes"],
        lesions="<results>/lesions.tsv",
        evidence="<results>/evidence.tsv",
        counted_samples="<results>/checks/counted_samples.tsv",
        variants="<results>/variants.tsv",
        fusions="<results>/fusions.tsv",
        structural_variants="<results>/work/structural_variants.tsv",
        curation=[SETTINGS.curation] if SETTINGS.curation else [],
        lesion_rules=TABLES["lesions"],
        precedence=TABLES["precedence"],
        subtypes=TABLES["subtypes"],
        expression_labels=EXPRESSION_LABELS,
        hotspots=TABLES["hotspots"],
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
    output:
        genotypes="<results>/genotypes.tsv",
    log:
        "<results>/logs/classify_genotypes.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=ROWS,
        settings=SETTINGS.genotypes,
    script:
        "../../scripts/classify_genotypes.py"


rule cross_check_genotypes:
    input:
        LIBRARY["cross_check_genotypes"],
        genotypes="<results>/genotypes.tsv",
        evidence="<results>/evidence.tsv",
        variants="<results>/variants.tsv",
        callability="<results>/callability.tsv",
        clinical=SETTINGS.clinical.table,
        clinical_columns=CLINICAL_COLUMNS,
        sheet=[SETTINGS.cytogenetics] if SETTINGS.cytogenetics else [],
        lesion_rules=TABLES["lesions"],
    output:
        cross_checks="<results>/checks/cross_checks.tsv",
    log:
        "<results>/logs/cross_check_genotypes.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=ROWS,
        clinical_settings=asdict(SETTINGS.clinical),
        vaf_above_blasts=SETTINGS.genotypes["vaf_above_blasts"],
    script:
        "../../scripts/cross_check_genotypes.py"


rule explain_genotypes:
    input:
        LIBRARY["explain_genotypes"],
        genotypes="<results>/genotypes.tsv",
        lesions="<results>/lesions.tsv",
        evidence="<results>/evidence.tsv",
        lesion_rules=TABLES["lesions"],
    output:
        explanation="<results>/explanation.tsv",
    log:
        "<results>/logs/explain_genotypes.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    script:
        "../../scripts/explain_genotypes.py"
