rule vary_genotypes:
    input:
        LIBRARY["vary_genotypes"],
        records=rules.filter_variants.input.records,
        counts=rules.filter_variants.input.counts,
        hotspots=TABLES["hotspots"],
        alleles=ALLELES,
        classes=CLASSES,
        panel=TABLES["panel"],
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        callability="<results>/callability.tsv",
        fusions="<results>/fusions.tsv",
        structural_variants="<results>/work/structural_variants.tsv",
        cytogenetics="<results>/cytogenetics.tsv",
        copy_number="<results>/copy_number.tsv",
        curation=[SETTINGS.curation] if SETTINGS.curation else [],
        lesion_rules=TABLES["lesions"],
        expression_labels=EXPRESSION_LABELS,
        precedence=TABLES["precedence"],
        subtypes=TABLES["subtypes"],
    output:
        genotypes="<results>/work/sensitivity/{variation}.genotypes.tsv",
    log:
        "<results>/logs/vary_genotypes/{variation}.log",
    conda:
        "../envs/ballad.yaml"
    params:
        samples=ROWS,
        assays=ASSAYS,
        patients=SHEETS.patients,
        days=DAYS,
        variant_settings=lambda wildcards: asdict(
            Settings.from_config(
                varied(CONFIG, SETTINGS.sensitivity[wildcards.variation])
            ).variants
        ),
        genotype_settings=lambda wildcards: varied(
            CONFIG, SETTINGS.sensitivity[wildcards.variation]
        )["genotypes"],
    script:
        "../../scripts/vary_genotypes.py"


rule estimate_sensitivity:
    input:
        LIBRARY["estimate_sensitivity"],
        clinical=SETTINGS.clinical.table,
        genotypes="<results>/genotypes.tsv",
        columns=CLINICAL_COLUMNS,
        cohort="<results>/cohort.tsv",
        varied_genotypes=expand(
            "<results>/work/sensitivity/{variation}.genotypes.tsv",
            variation=REMADE_GENOTYPES,
        ),
    output:
        sensitivity="<results>/sensitivity.tsv",
    log:
        "<results>/logs/estimate_sensitivity.log",
    conda:
        "../envs/ballad.yaml"
    params:
        clinical_settings=asdict(SETTINGS.clinical),
        sections={key: CONFIG[key] for key in (*OF_COHORT, "genotypes")},
        variations=SETTINGS.sensitivity,
        remade=REMADE_GENOTYPES,
    script:
        "../../scripts/estimate_sensitivity.py"
