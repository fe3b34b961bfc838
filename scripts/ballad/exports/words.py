"""What the folder of exports says about itself."""

READ_ME = """{title}

Files for other programs. They hold single patients: keep them where the clinical
table is kept.

{name}.maf           kept variants in the Mutation Annotation Format; maftools::read.maf
                     reads it. Rejected variants, variants that may be germline and
                     listed polymorphisms (TP53 P72R) are not in it. Reads at another allele count as reference reads. A
                     variant beside a splice site that is judged pathogenic is called
                     Splice_Site: as Splice_Region maftools would drop it as silent.
cbioportal/          study folder for cBioPortal. Import gene_panels/ first. A gene that
                     a sample's panel lacks was not assessed there, or could not be
                     decided: the portal then shows it as not profiled, not as wild
                     type. Survival counts from each endpoint's time zero. A patient
                     without a sample has one that was never taken. Lesions that only
                     karyotype, FISH, copy number or a curator shows stand among the
                     patient attributes, in four states.
*.parquet            cohort, variants, lesions and evidence with types; the label, the
                     unit and the codes of a column are in the metadata of its field.
identifiers.tsv      which identifier stands for which patient and sample. Other programs
                     accept letters, digits, points, underscores and hyphens only.
left_out.tsv         how many variants and fusions are exported, and why the others not.

Text cells that a spreadsheet could run as a formula begin with a single quote.
"""
READ_ME_SHAREABLE = """No file for other programs is here.

The configuration says report.audience: shareable. A MAF, a cBioPortal study and the
table of the cohort hold single patients, so none was written. The workbook
tables.xlsx holds the aggregated tables with small counts hidden.

With report.audience: internal the files are written.
"""


def read_me(title: str, name: str) -> str:
    """Describe the files of an internal export."""
    return READ_ME.format(title=title, name=name)
