"""The rules by which maftools and cBioPortal read files, written anew from their manuals."""

import re
from pathlib import Path

MAFTOOLS_NEEDS = (
    *("Hugo_Symbol", "Chromosome", "Start_Position", "End_Position"),
    *("Reference_Allele", "Tumor_Seq_Allele2", "Variant_Classification"),
    *("Variant_Type", "Tumor_Sample_Barcode"),
)
CLASSES = {
    *("Frame_Shift_Del", "Frame_Shift_Ins", "In_Frame_Del", "In_Frame_Ins"),
    *("Missense_Mutation", "Nonsense_Mutation", "Silent", "Splice_Site"),
    *("Translation_Start_Site", "Nonstop_Mutation", "3'UTR", "3'Flank", "5'UTR"),
    *("5'Flank", "IGR", "Intron", "RNA", "Targeted_Region", "Splice_Region"),
}
TYPES = {"SNP", "DNP", "TNP", "ONP", "INS", "DEL"}
IDENTIFIER = re.compile(r"[A-Za-z0-9._-]{1,63}")
METAS = {  # genetic_alteration_type: the keys a meta file must have
    "CLINICAL": {"datatype", "data_filename"},
    "MUTATION_EXTENDED": {
        *("datatype", "stable_id", "show_profile_in_analysis_tab", "profile_name"),
        *("profile_description", "data_filename"),
    },
    "GENE_PANEL_MATRIX": {"datatype", "data_filename"},
}
METAS["STRUCTURAL_VARIANT"] = METAS["MUTATION_EXTENDED"]
STUDY_KEYS = {
    *("type_of_cancer", "cancer_study_identifier", "name", "description"),
    *("add_global_case_list", "reference_genome"),
}
PATIENT_LEVEL = {"AGE", "SEX", "OS_STATUS", "OS_MONTHS", "PATIENT_DISPLAY_NAME"}
SAMPLE_LEVEL = {"SAMPLE_DISPLAY_NAME", "SAMPLE_TYPE", "SAMPLE_CLASS"}
BANNED = {"MUTATION_COUNT", "FRACTION_GENOME_ALTERED"}
MISSING = {"", "na"}


def rows_of(path: Path) -> list[dict[str, str]]:
    """Read a table as fread with quote="" and cBioPortal do: no quoting, # skipped."""
    lines = path.read_text(encoding="utf-8").split("\n")
    assert lines[-1] == "", path
    lines = [line for line in lines[:-1] if not line.startswith("#")]
    head = lines[0].split("\t")
    cells = [line.split("\t") for line in lines[1:]]
    assert all(len(row) == len(head) for row in cells), path
    return [dict(zip(head, row, strict=True)) for row in cells]


def meta_of(path: Path) -> dict[str, str]:
    """Read a meta file: key, colon, value on one line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines)


def maf_problems(rows: list[dict[str, str]]) -> list[str]:
    """List what maftools would refuse or misread."""
    problems = []
    for row in rows:
        problems += [f"no {name}" for name in MAFTOOLS_NEEDS if not row.get(name)]
        if row["Variant_Classification"] not in CLASSES:
            problems.append(f"class {row['Variant_Classification']}")
        problems += _allele_problems(row)
    return problems


def _allele_problems(row: dict[str, str]) -> list[str]:
    ref, alt = row["Reference_Allele"], row["Tumor_Seq_Allele2"]
    start, end = int(row["Start_Position"]), int(row["End_Position"])
    kind = row["Variant_Type"]
    sound = {
        "INS": (end - start == 1 and ref == "-") or end - start + 1 == len(ref),
        "DEL": end - start + 1 == len(ref) and len(ref) >= len(alt),
        "SNP": len(ref) == len(alt) == 1,
        "DNP": len(ref) == len(alt) == 2,
        "TNP": len(ref) == len(alt) == 3,
        "ONP": len(ref) == len(alt) > 3,
    }
    problems = [] if sound.get(kind) else [f"{kind} {start}-{end} {ref}>{alt}"]
    if not re.fullmatch("[ACGTN]+|-", ref) or not re.fullmatch("[ACGTN]+|-", alt):
        problems.append(f"alleles {ref}>{alt}")
    if kind in ("SNP", "DNP", "TNP", "ONP") and end - start + 1 != len(ref):
        problems.append(f"{kind} spans {start}-{end}")
    return problems


def study_problems(folder: Path) -> list[str]:
    """List what cBioPortal's importer would refuse."""
    study = meta_of(folder / "meta_study.txt")
    problems = [f"meta_study lacks {key}" for key in STUDY_KEYS - set(study)]
    name = study["cancer_study_identifier"]
    metas = {}
    for path in sorted(folder.glob("meta_*.txt")):
        meta = meta_of(path)
        if path.name == "meta_study.txt":
            continue
        lacking = METAS[meta["genetic_alteration_type"]] - set(meta)
        problems += [f"{path.name} lacks {key}" for key in sorted(lacking)]
        if meta["cancer_study_identifier"] != name:
            problems.append(f"{path.name}: another study")
        if not (folder / meta["data_filename"]).is_file():
            problems.append(f"{path.name}: no {meta['data_filename']}")
        metas[path.name] = meta
    data = {meta["data_filename"] for meta in metas.values()}
    there = {path.name for path in folder.glob("data_*.txt")}
    problems += [f"{extra}: no meta file" for extra in sorted(there - data)]
    patients = _clinical_problems(folder / "data_clinical_patient.txt", problems)
    samples = _clinical_problems(folder / "data_clinical_sample.txt", problems)
    _consistency_problems(patients, samples, problems)
    _profile_problems(folder, study, metas, samples, problems)
    return problems


def _clinical_problems(path: Path, problems: list[str]) -> list[dict[str, str]]:
    lines = path.read_text(encoding="utf-8").split("\n")
    above = [line[1:].split("\t") for line in lines if line.startswith("#")]
    rows = rows_of(path)
    names = lines[4].split("\t")
    if len(above) != 4 or any(len(line) != len(names) for line in above):
        return [*rows, *(problems.append(f"{path.name}: lines above the head") or [])]
    problems += [
        f"{path.name}: empty line above {name}"
        for line in above
        for name, text in zip(names, line, strict=True)
        if text.strip().lower() in MISSING
    ]
    wrong_level = SAMPLE_LEVEL if "patient" in path.name else PATIENT_LEVEL
    for name, kind, priority in zip(names, above[2], above[3], strict=True):
        if not name.isupper() or name in BANNED or name in wrong_level:
            problems.append(f"{path.name}: attribute {name}")
        if kind not in ("STRING", "NUMBER", "BOOLEAN") or int(priority) < -1:
            problems.append(f"{path.name}: {name} is {kind}, priority {priority}")
        for row in rows:
            problems += _value_problems(name, kind, row[name], names)
    if len(set(names)) != len(names):
        problems.append(f"{path.name}: an attribute twice")
    return rows


def _value_problems(name: str, kind: str, value: str, names: list[str]) -> list[str]:
    if value.strip().lower() in MISSING:
        return [f"no {name}"] if name in ("PATIENT_ID", "SAMPLE_ID") else []
    if name in ("PATIENT_ID", "SAMPLE_ID") and not IDENTIFIER.fullmatch(value):
        return [f"identifier {value}"]
    if kind == "NUMBER" and not re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", value):
        return [f"{name} is no number: {value}"]
    if name == "OS_STATUS" and value not in ("0:LIVING", "1:DECEASED"):
        return [f"OS_STATUS {value}"]
    survival = name.endswith("_STATUS") and f"{name[:-7]}_MONTHS" in names
    if survival and not re.fullmatch("[01]:.+", value):
        return [f"{name} {value}"]
    return []


def _consistency_problems(
    patients: list[dict[str, str]], samples: list[dict[str, str]], problems: list[str]
) -> None:
    of_patients = [row["PATIENT_ID"] for row in patients]
    of_samples = [row["SAMPLE_ID"] for row in samples]
    for what, names in (("patient", of_patients), ("sample", of_samples)):
        if len(set(names)) != len(names):
            problems.append(f"a {what} twice")
    with_sample = {row["PATIENT_ID"] for row in samples}
    problems += [f"no such patient: {p}" for p in with_sample - set(of_patients)]
    problems += [f"no sample of {p}" for p in set(of_patients) - with_sample]
    both = (set(patients[0]) & set(samples[0])) - {"PATIENT_ID"}
    problems += [f"{name} of patients and of samples" for name in both]


def _profile_problems(
    folder: Path,
    study: dict[str, str],
    metas: dict[str, dict[str, str]],
    samples: list[dict[str, str]],
    problems: list[str],
) -> None:
    known = {row["SAMPLE_ID"] for row in samples}
    build = {"hg19": "GRCh37", "hg38": "GRCh38"}[study["reference_genome"]]
    panels = {
        meta["stable_id"]: set(meta["gene_list"].split("\t"))
        for meta in map(meta_of, (folder / "gene_panels").glob("*.txt"))
    }
    matrix_file = folder / "data_gene_panel_matrix.txt"
    matrix = {row["SAMPLE_ID"]: row for row in rows_of(matrix_file)} if panels else {}
    for profile, file, suffix, genes in (
        ("mutations", "data_mutations.txt", "sequenced", ("Hugo_Symbol",)),
        (
            *("structural_variants", "data_sv.txt", "sv"),
            ("Site1_Hugo_Symbol", "Site2_Hugo_Symbol"),
        ),
    ):
        here = any(meta.get("stable_id") == profile for meta in metas.values())
        columns = {column for row in matrix.values() for column in row}
        if here != (profile in columns):
            problems.append(f"{profile}: profile and column of the matrix disagree")
        if not here:
            continue
        cases = meta_of(folder / f"case_lists/cases_{suffix}.txt")
        listed = cases["case_list_ids"].split("\t")
        if cases["stable_id"] != f"{study['cancer_study_identifier']}_{suffix}":
            problems.append(f"case list {cases['stable_id']}")
        problems += [f"{suffix}: no sample {s}" for s in set(listed) - known]
        rows = rows_of(folder / file)
        problems += maf_problems(rows) if profile == "mutations" else []
        for row in rows:
            panel = panels.get(matrix[_sample_of(row)][profile], set())
            problems += _row_problems(file, row, listed, build, genes, panel)
        if len({tuple(row.values()) for row in rows}) != len(rows):
            problems.append(f"{file}: a row twice")
        problems += _matrix_problems(profile, matrix, listed, panels)


def _sample_of(row: dict[str, str]) -> str:
    return row.get("Tumor_Sample_Barcode") or row["Sample_Id"]


def _row_problems(
    file: str,
    row: dict[str, str],
    listed: list[str],
    build: str,
    genes: tuple[str, ...],
    panel: set[str],
) -> list[str]:
    problems = []
    if _sample_of(row) not in listed:
        problems.append(f"{file}: {_sample_of(row)} is in no case list")
    if row["NCBI_Build"] != build:
        problems.append(f"{file}: {row['NCBI_Build']}")
    if row.get("SV_Status", "SOMATIC") not in ("SOMATIC", "GERMLINE"):
        problems.append(f"{file}: {row['SV_Status']}")
    if not {row[gene] for gene in genes} & panel:
        problems.append(f"{file}: {_sample_of(row)} off its panel")
    return problems


def _matrix_problems(
    profile: str,
    matrix: dict[str, dict[str, str]],
    listed: list[str],
    panels: dict[str, set[str]],
) -> list[str]:
    problems = []
    for sample, row in matrix.items():
        if (row[profile] != "NA") != (sample in listed):
            problems.append(f"{profile}: {sample} is {row[profile]}")
        if row[profile] not in ("NA", *panels):
            problems.append(f"no panel {row[profile]}")
    return problems
