RESULT_TABLES = located("resources/exports/tables.tsv", ROOT)
DICTIONARY = located("resources/exports/dictionary.tsv", ROOT)
DICTIONARY_NAMES = {
    "population": list(SETTINGS.populations),
    "endpoint": list(SETTINGS.endpoints),
}


rule write_spreadsheet:
    input:
        LIBRARY["write_spreadsheet"],
        results=[
            f"<results>/{row['file']}"
            for row in read_table(RESULT_TABLES).to_dict("records")
        ],
        tables=RESULT_TABLES,
        dictionary=DICTIONARY,
        clinical_columns=CLINICAL_COLUMNS,
        lesions=TABLES["lesions"],
    output:
        workbook="<results>/tables.xlsx",
    log:
        "<results>/logs/write_spreadsheet.log",
    conda:
        "../envs/ballad.yaml"
    params:
        names=DICTIONARY_NAMES,
        groups=SETTINGS.groups,
        report=SETTINGS.report,
    script:
        "../../scripts/write_spreadsheet.py"


# A folder as a whole: Snakemake empties it first, so that nothing of single patients
# outlives a change to a shareable audience.
rule write_exports:
    input:
        LIBRARY["write_exports"],
        cohort="<results>/cohort.tsv",
        variants="<results>/variants.tsv",
        lesions="<results>/lesions.tsv",
        evidence="<results>/evidence.tsv",
        callability="<results>/callability.tsv",
        fusions="<results>/fusions.tsv",
        structural_variants="<results>/work/structural_variants.tsv",
        panel=TABLES["panel"],
        consequences=CONSEQUENCES,
        classifications=located("resources/exports/variant_classifications.tsv", ROOT),
        lesion_rules=TABLES["lesions"],
        attributes=located("resources/exports/cbioportal_attributes.tsv", ROOT),
        dictionary=DICTIONARY,
        clinical_columns=CLINICAL_COLUMNS,
    output:
        exports=directory("<results>/export"),
    log:
        "<results>/logs/write_exports.log",
    conda:
        "../envs/ballad.yaml"
    params:
        samples=ROWS,
        cohort_name=SETTINGS.cohort,
        genome_build=SETTINGS.genome_build,
        remission_below_blasts_pct=SETTINGS.genotypes["remission_below_blasts_pct"],
        names=DICTIONARY_NAMES,
        survival=[
            name
            for name, endpoint in SETTINGS.endpoints.items()
            if endpoint["kind"] == "time" and not endpoint.get("competing")
        ],
        groups=SETTINGS.groups,
        report=SETTINGS.report,
    script:
        "../../scripts/write_exports.py"
