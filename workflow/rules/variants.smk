# Of a batch's coverage, what reading it needs: a line of the sheet that changes in
# another cell, or another assay's depth, is no reason to read it again.
COVERED = {
    batch: [
        {
            **{
                name: row[name]
                for name in (
                    "patient",
                    "sample",
                    "assay",
                    "vcf_sample",
                    "genome_build",
                    "coverage",
                )
            },
            "min_depth": ASSAYS[row["assay"]]["min_depth"] or 1,
        }
        for row in rows
        if row["coverage"]
    ]
    for batch, rows in BATCHES.items()
}


rule read_variants:
    input:
        LIBRARY["read_variants"],
        CONSEQUENCES,
        MAF_TABLES,
        expand(
            "<results>/work/reference/{build}.fa.gz.{index}",
            build=list(SETTINGS.reference),
            index=["fai", "gzi"],
        ),
        references=expand(
            "<results>/work/reference/{build}.fa.gz", build=list(SETTINGS.reference)
        ),
        gffs=expand(
            "<results>/work/reference/{build}.gff3", build=list(SETTINGS.reference)
        ),
        vcfs=lambda wildcards: [row["vcf"] for row in BATCHES[wildcards.batch]],
        indexes=lambda wildcards: [
            f"{row['vcf']}{ending}"
            for row in BATCHES[wildcards.batch]
            for ending in (".tbi", ".csi")
            if Path(f"{row['vcf']}{ending}").exists()
        ],
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        panel=TABLES["panel"],
        hotspots=TABLES["hotspots"],
        contigs=CONTIGS,
    output:
        records="<results>/work/variants/{batch}.records.tsv",
        counts="<results>/work/variants/{batch}.counts.tsv",
        checks="<results>/work/variants/{batch}.checks.tsv",
    log:
        "<results>/logs/read_variants/{batch}.log",
    conda:
        "../envs/ballad.yaml"
    threads: 2
    params:
        samples=lambda wildcards: BATCHES[wildcards.batch],
        padding=SETTINGS.variants.panel_padding,
        require_build_proof=SETTINGS.variants.require_build_proof,
        builds=list(SETTINGS.reference),
        workers=lambda wildcards, threads: threads,
    script:
        "../../scripts/read_variants.py"


rule filter_variants:
    input:
        LIBRARY["filter_variants"],
        records=expand(
            "<results>/work/variants/{batch}.records.tsv", batch=list(BATCHES)
        ),
        counts=expand("<results>/work/variants/{batch}.counts.tsv", batch=list(BATCHES)),
        hotspots=TABLES["hotspots"],
        alleles=ALLELES,
        classes=CLASSES,
        panel=TABLES["panel"],
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
    output:
        variants="<results>/variants.tsv",
        filter_counts="<results>/filter_counts.tsv",
    log:
        "<results>/logs/filter_variants.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        filters=SETTINGS.variants.filters,
        assay_limits=SETTINGS.variants.assay_limits,
        rescue=SETTINGS.variants.rescue,
        origin=SETTINGS.variants.origin,
        tp53=SETTINGS.genotypes["tp53"],
        assays=ASSAYS,
        few_blasts=few_blast_samples(
            SEQUENCED, SETTINGS.genotypes["remission_below_blasts_pct"]
        ),
    script:
        "../../scripts/filter_variants.py"


rule read_coverage:
    input:
        LIBRARY["read_coverage"],
        coverage=lambda wildcards: sorted(
            {row["coverage"] for row in COVERED[wildcards.batch]}
        ),
        alignment_indexes=lambda wildcards: sorted(
            index
            for path in {row["coverage"] for row in COVERED[wildcards.batch]}
            if path.endswith((".bam", ".cram"))
            for ending in (".bai", ".csi", ".crai")
            for index in (f"{path}{ending}", f"{Path(path).with_suffix(ending)}")
            if Path(index).exists()
        ),
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        contigs=CONTIGS,
    output:
        covered="<results>/work/coverage/{batch}.tsv",
    log:
        "<results>/logs/read_coverage/{batch}.log",
    conda:
        "../envs/ballad.yaml"
    params:
        samples=lambda wildcards: COVERED[wildcards.batch],
        fastas=FASTAS,
    script:
        "../../scripts/read_coverage.py"


rule assess_callability:
    input:
        LIBRARY["assess_callability"],
        covered=expand(
            "<results>/work/coverage/{batch}.tsv",
            batch=[batch for batch, rows in COVERED.items() if rows],
        ),
        quality="<results>/quality.tsv",
        targets=sorted({a["targets"] for a in ASSAYS.values() if a["targets"]}),
        checks=expand("<results>/work/variants/{batch}.checks.tsv", batch=list(BATCHES)),
        cds_grch37=CDS["GRCh37"],
        cds_grch38=CDS["GRCh38"],
        panel=TABLES["panel"],
    output:
        callability="<results>/callability.tsv",
    log:
        "<results>/logs/assess_callability.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        samples=SEQUENCED,
        assays=ASSAYS,
        min_fraction_covered=SETTINGS.variants.min_fraction_covered,
    script:
        "../../scripts/assess_callability.py"
