# Unannotated VCFs, and raw reads, need the genome: here it is cut to the panel once.
rule prepare_reference:
    input:
        LIBRARY["prepare_reference"],
        REFSEQ,
        fasta=lambda wildcards: SETTINGS.reference[wildcards.build]["fasta"],
        gff=lambda wildcards: SETTINGS.reference[wildcards.build]["gff"],
        cds=lambda wildcards: CDS[wildcards.build],
        panel=TABLES["panel"],
        hotspots=TABLES["hotspots"],
    output:
        cut_fasta="<results>/work/reference/{build}.fa.gz",
        fai="<results>/work/reference/{build}.fa.gz.fai",
        gzi="<results>/work/reference/{build}.fa.gz.gzi",
        cut_gff="<results>/work/reference/{build}.gff3",
        checksums="<results>/work/reference/{build}.tsv",
    log:
        "<results>/logs/prepare_reference/{build}.log",
    conda:
        "../envs/ballad.yaml"
    params:
        build=lambda wildcards: wildcards.build,
        padding=SETTINGS.variants.panel_padding,
    script:
        "../../scripts/prepare_reference.py"
