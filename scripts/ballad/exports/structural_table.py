"""Fusions and structural variants as rows of cBioPortal."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ballad.exports.cells import identifier
from ballad.exports.selection import fusion_genes

SV_COLUMNS = (
    *("Sample_Id", "SV_Status", "Site1_Hugo_Symbol", "Site1_Chromosome"),
    *("Site1_Position", "Site2_Hugo_Symbol", "Site2_Chromosome", "Site2_Position"),
    *("NCBI_Build", "Class", "Tumor_Split_Read_Count", "Tumor_Paired_End_Read_Count"),
    *("Event_Info", "DNA_Support", "RNA_Support", "Comments"),
)
CLASSES = {
    "DEL": "DELETION",
    "DUP": "DUPLICATION",
    "INS": "INSERTION",
    "INV": "INVERSION",
    "TRA": "TRANSLOCATION",
}


def structural_rows(
    fusions: pd.DataFrame,
    names: Mapping[tuple[str, str], str],
    builds: Mapping[tuple[str, str], str],
) -> pd.DataFrame:
    """Write fusions and structural variants as rows of data_sv."""
    rows = [
        _structural_row(row, names, builds[row["patient"], row["sample"]])
        for row in fusions.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=list(SV_COLUMNS)).astype(str)
    order = ["Sample_Id", "Site1_Hugo_Symbol", "Site2_Hugo_Symbol", "RNA_Support"]
    return table.sort_values(order, kind="stable")


def _structural_row(
    row: Mapping[str, Any], names: Mapping[tuple[str, str], str], build: str
) -> dict[str, str]:
    five, three = fusion_genes(row)
    partners = "::".join(
        gene for gene in (row["gene5"], row["gene3"]) if gene
    )  # neighbours joined by a comma
    places = [row[point].partition(":") for point in ("breakpoint1", "breakpoint2")]
    (chrom1, _, pos1), (chrom2, _, pos2) = places
    of_rna = row["molecule"] == "RNA"
    crossing = chrom1 and chrom2 and chrom1 != chrom2
    event = "TRA" if of_rna and crossing else row["event"]
    return {
        "Sample_Id": names[row["patient"], row["sample"]],
        "SV_Status": "SOMATIC",
        "Site1_Hugo_Symbol": identifier(five) if five else "",
        "Site1_Chromosome": chrom1,
        "Site1_Position": pos1.partition(":")[0],
        "Site2_Hugo_Symbol": identifier(three) if three else "",
        "Site2_Chromosome": chrom2,
        "Site2_Position": pos2.partition(":")[0],
        "NCBI_Build": build,
        "Class": CLASSES.get(event, ""),
        "Tumor_Split_Read_Count": row["split_reads"],
        "Tumor_Paired_End_Read_Count": row["spanning_reads"],
        "Event_Info": f"{partners} {'fusion' if five and three else row['event']}"
        f" ({row['molecule']})",
        "DNA_Support": "No" if of_rna else "Yes",
        "RNA_Support": "Yes" if of_rna else "No",
        "Comments": f"tier {row['tier']}; rule {row['rule']}; callers {row['callers']}",
    }
