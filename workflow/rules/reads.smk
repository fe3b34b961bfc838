# Reads and alignments of a sample -> its ordinary VCF and coverage. No rule has an
# instance in a cohort that brings VCFs.
rule unpack_genome:
    input:
        lambda wildcards: FASTAS[wildcards.build],
    output:
        fasta=temp("<results>/work/reads/{build}.fa"),
        fai=temp("<results>/work/reads/{build}.fa.fai"),
    log:
        "<results>/logs/unpack_genome/{build}.log",
    conda:
        "../envs/reads.yaml"
    resources:
        runtime=30,
    shell:
        "(gzip -dc {input} >{output.fasta} && samtools faidx {output.fasta}) 2>{log}"


rule index_panel:
    input:
        LIBRARY["index_panel"],
        cut_fasta="<results>/work/reference/{build}.fa.gz",
        fai=lambda wildcards: f"{FASTAS[wildcards.build]}.fai",
    output:
        fasta="<results>/work/reads/{build}.panel.fa",
        spans="<results>/work/reads/{build}.panel.tsv",
        index=multiext("<results>/work/reads/{build}.panel.fa", *BWA_INDEX),
    log:
        "<results>/logs/index_panel/{build}.log",
    conda:
        "../envs/reads.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    script:
        "../../scripts/index_panel.py"


rule align_reads:
    input:
        LIBRARY["align_reads"],
        lanes=lambda wildcards: [
            path for lane in READ_SETS[wildcards.reads].lanes for path in lane if path
        ],
        alignments=lambda wildcards: READ_SETS[wildcards.reads].alignments,
        fasta=lambda wildcards: FASTAS[build_of(wildcards)],
        fai=lambda wildcards: f"{FASTAS[build_of(wildcards)]}.fai",
        index=lambda wildcards: (
            genome_index(build_of(wildcards))
            if READ_SETS[wildcards.reads].lanes
            else []
        ),
        spans=lambda wildcards: (
            [f"<results>/work/reads/{build_of(wildcards)}.panel.tsv"]
            if READ_SETS[wildcards.reads].lanes
            and SETTINGS.reads["align_to"] == "panel"
            else []
        ),
        contigs=CONTIGS,
    output:
        bam="<results>/work/reads/{reads}.bam",
        bai="<results>/work/reads/{reads}.bam.bai",
        statistics="<results>/work/reads/{reads}.alignment.json",
    log:
        "<results>/logs/align_reads/{reads}.log",
    conda:
        "../envs/reads.yaml"
    threads: 2
    resources:
        # A whole genome's index takes 5.5 GB.
        mem_mb=(lambda wildcards, attempt: 4000 + 4000 * attempt),
        runtime=(lambda wildcards, attempt: 120 * attempt),
    params:
        reads=lambda wildcards: asdict(READ_SETS[wildcards.reads]),
        settings={
            key: SETTINGS.reads[key] for key in ("min_read_length", "mark_duplicates")
        },
    script:
        "../../scripts/align_reads.py"


rule measure_reads:
    input:
        LIBRARY["measure_reads"],
        bam="<results>/work/reads/{reads}.bam",
        bai="<results>/work/reads/{reads}.bam.bai",
        statistics="<results>/work/reads/{reads}.alignment.json",
        cds=lambda wildcards: CDS[build_of(wildcards)],
        targets=lambda wildcards: (
            [assay_of(wildcards)["targets"]] if assay_of(wildcards)["targets"] else []
        ),
    output:
        thresholds="<results>/work/reads/{reads}.thresholds.bed.gz",
        quality="<results>/work/reads/{reads}.quality.tsv",
        uncovered="<results>/work/reads/{reads}.uncovered.tsv",
    log:
        "<results>/logs/measure_reads/{reads}.log",
    conda:
        "../envs/reads.yaml"
    resources:
        mem_mb=2000,
        runtime=30,
    params:
        reads=lambda wildcards: asdict(READ_SETS[wildcards.reads]),
        assay=assay_of,
        settings=SETTINGS.reads,
    script:
        "../../scripts/measure_reads.py"


rule call_variants:
    input:
        LIBRARY["call_variants"],
        bam="<results>/work/reads/{reads}.bam",
        bai="<results>/work/reads/{reads}.bam.bai",
        fasta=lambda wildcards: plain_genome(build_of(wildcards)),
        fai=lambda wildcards: f"{plain_genome(build_of(wildcards))}.fai",
        cds=lambda wildcards: CDS[build_of(wildcards)],
        panel=TABLES["panel"],
        hotspots=TABLES["hotspots"],
    output:
        vcf="<results>/work/reads/{reads}.vcf.gz",
    log:
        "<results>/logs/call_variants/{reads}.log",
    conda:
        "../envs/reads.yaml"
    resources:
        mem_mb=(lambda wildcards, attempt: 2000 * attempt),
        runtime=(lambda wildcards, attempt: 60 * attempt),
    params:
        build=build_of,
        padding=SETTINGS.variants.panel_padding,
        settings=SETTINGS.reads["calling"],
    script:
        "../../scripts/call_variants.py"


rule find_fusions:
    input:
        LIBRARY["find_fusions"],
        lanes=lambda wildcards: [
            path for lane in RNA_READS[wildcards.reads].lanes for path in lane if path
        ],
        fasta=lambda wildcards: FASTAS[RNA_READS[wildcards.reads].genome_build],
        gtf=lambda wildcards: rna_setting(wildcards, "gtf"),
        blacklist=lambda wildcards: rna_setting(wildcards, "blacklist"),
    output:
        fusions="<results>/work/reads/{reads}.arriba.tsv",
    log:
        "<results>/logs/find_fusions/{reads}.log",
    conda:
        "../envs/rna.yaml"
    threads: 2
    resources:
        # STAR holds the whole genome's index.
        mem_mb=(lambda wildcards, attempt: 20000 + 20000 * attempt),
        runtime=(lambda wildcards, attempt: 240 * attempt),
    params:
        reads=lambda wildcards: asdict(RNA_READS[wildcards.reads]),
        star_index=lambda wildcards: rna_setting(wildcards, "star_index"),
    script:
        "../../scripts/find_fusions.py"


rule gather_quality:
    input:
        LIBRARY["gather_quality"],
        samples=expand(
            "<results>/work/reads/{reads}.quality.tsv", reads=list(READ_SETS)
        ),
        gaps=expand("<results>/work/reads/{reads}.uncovered.tsv", reads=list(READ_SETS)),
    output:
        quality="<results>/quality.tsv",
        uncovered="<results>/uncovered.tsv",
    log:
        "<results>/logs/gather_quality.log",
    conda:
        "../envs/ballad.yaml"
    script:
        "../../scripts/gather_quality.py"
