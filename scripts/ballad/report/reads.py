"""The section about samples that came as reads or alignments."""

import pandas as pd

from ballad.report.parts import Block, Section, SmallCells, table
from ballad.report.wording import percent, words

NOT_FOUND = (
    "Not found by this path: internal tandem duplications longer than a read, structural "
    "variants and copy number. UMIs are not used to correct errors, so variants below "
    "about 5% of the reads rest on few reads."
)


def reads_section(
    quality: pd.DataFrame, uncovered: pd.DataFrame, small: SmallCells
) -> list[Section]:
    """
    Say how good the reads are and which coding bases they leave out.

    Parameters
    ----------
    quality, uncovered
        quality.tsv and uncovered.tsv, all text.

    Returns
    -------
    list of Section
        Empty if no sample came as reads. For a shareable report counts alone.
    """
    if quality.empty:
        return []
    counted = quality["status"].value_counts()
    blocks = [
        Block(
            words=[NOT_FOUND],
            table=table(
                "Samples that came as FASTQ, BAM or CRAM",
                ["Quality", "Samples"],
                [[words(name), small.count(n)] for name, n in counted.items()],
            ),
        )
    ]
    if small.limit is None:
        blocks += [_samples(quality), *_gaps(uncovered)]
    return [Section("reads", "Reads", blocks)]


def _samples(quality: pd.DataFrame) -> Block:
    heads = [
        *("Sample", "Assay", "Reads", "On target", "Mean depth", "Duplicates"),
        *("At the assay's depth", "Quality", "Reason"),
    ]
    rows = [
        [
            *(
                row["sample"],
                row["assay"],
                row["reads"],
                percent(row["on_target_rate"]),
            ),
            f"{float(row['mean_depth']):.0f}" if row["mean_depth"] else "",
            *(percent(row["duplicate_rate"]), percent(row["fraction_at_min_depth"])),
            *(row["status"], row["reason"]),
        ]
        for row in quality.to_dict("records")
    ]
    said = "Genes of a failed sample are indeterminate where no variant was found."
    caption = "Quality of the reads by sample; depth over the coding bases of the assay"
    return Block("Quality by sample", [said], table=table(caption, heads, rows))


def _gaps(uncovered: pd.DataFrame) -> list[Block]:
    if uncovered.empty:
        return []
    rows = []
    for (sample, assay, gene), gaps in uncovered.groupby(
        ["sample", "assay", "gene"], sort=False
    ):
        places = [
            f"{gap['chrom']}:{gap['first']}-{gap['last']}"
            for gap in gaps.to_dict("records")
        ]
        bases = int(gaps["bases"].astype(int).sum())
        rows.append([sample, assay, gene, bases, ", ".join(places)])
    heads = ["Sample", "Assay", "Gene", "Bases", "Where (1-based)"]
    caption = "Coding bases below the assay's minimal depth"
    label = f"Bases without enough depth: {len(rows)} genes of samples"
    return [Block(caption, table=table(caption, heads, rows), folded=label)]
