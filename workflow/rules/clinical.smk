rule join_clinical:
    input:
        LIBRARY["join_clinical"],
        clinical=SETTINGS.clinical.table,
        genotypes="<results>/genotypes.tsv",
        columns=CLINICAL_COLUMNS,
    output:
        cohort="<results>/cohort.tsv",
        flow="<results>/flow.tsv",
        join_report="<results>/join_report.tsv",
    log:
        "<results>/logs/join_clinical.log",
    localrule: True
    conda:
        "../envs/ballad.yaml"
    params:
        clinical_settings=asdict(SETTINGS.clinical),
        populations=SETTINGS.populations,
        endpoints=SETTINGS.endpoints,
        groups=SETTINGS.groups,
        statistics=SETTINGS.statistics,
        sheet_patients=SHEETS.patients,
        tp53=SETTINGS.genotypes["tp53"],
    script:
        "../../scripts/join_clinical.py"
