rule read_fusions:
    input:
        LIBRARY["read_fusions"],
        tables=[
            row[caller]
            for row in ROWS
            for caller in ("arriba", "star_fusion", "fusioncatcher", "fusions")
            if row[caller]
        ],
        rules=TABLES["fusion_rules"],
        aliases=TABLES["gene_aliases"],
        rule_lesions=RULE_LESIONS,
    output:
        fusions="<results>/fusions.tsv",
    log:
        "<results>/logs/read_fusions.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=[
            row
            for row in ROWS
            if row["arriba"]
            or row["star_fusion"]
            or row["fusioncatcher"]
            or row["fusions"]
        ],
        limits=SETTINGS.genotypes["fusions"],
    script:
        "../../scripts/read_fusions.py"


rule read_structural_variants:
    input:
        LIBRARY["read_structural_variants"],
        vcfs=[row["sv_vcf"] for row in ROWS if row["sv_vcf"]],
        panel=TABLES["panel"],
        loci=LOCI,
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        locus_rules=LOCUS_RULES,
        rules=TABLES["fusion_rules"],
        rule_lesions=RULE_LESIONS,
        contigs=CONTIGS,
    output:
        structural_variants="<results>/work/structural_variants.tsv",
    log:
        "<results>/logs/read_structural_variants.log",
    conda:
        "../envs/ballad.yaml"
    params:
        samples=[row for row in ROWS if row["sv_vcf"]],
        limits=SETTINGS.genotypes["fusions"],
    script:
        "../../scripts/read_structural_variants.py"


rule read_cytogenetics:
    input:
        LIBRARY["read_cytogenetics"],
        sheet=[SETTINGS.cytogenetics] if SETTINGS.cytogenetics else [],
        lesions=TABLES["lesions"],
        patterns=KARYOTYPE_PATTERNS,
        probes=FISH_PROBES,
    output:
        cytogenetics="<results>/cytogenetics.tsv",
    log:
        "<results>/logs/read_cytogenetics.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        # Not all of `genotypes`: a limit of copy number is no reason to read again.
        settings={
            name: SETTINGS.genotypes[name]
            for name in ("fish", "karyotype_min_metaphases", "ploidy")
        },
    script:
        "../../scripts/read_cytogenetics.py"


rule read_copy_number:
    input:
        LIBRARY["read_copy_number"],
        tables=[row["copy_number"] for row in ROWS if row["copy_number"]],
        panel=TABLES["panel"],
        lesions=TABLES["lesions"],
    output:
        copy_number="<results>/copy_number.tsv",
    log:
        "<results>/logs/read_copy_number.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=[row for row in ROWS if row["copy_number"]],
        limits=SETTINGS.genotypes["copy_number"],
        ploidy=SETTINGS.genotypes["ploidy"],
    script:
        "../../scripts/read_copy_number.py"
