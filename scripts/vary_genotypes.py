"""Rule vary_genotypes: the alleles that were read -> genotypes by other settings."""

import tempfile
from pathlib import Path

import assess_lesions
import classify_genotypes
import filter_variants

from ballad.baseline import few_blast_samples
from ballad.job import log_to


def main(
    records: list[str],
    counts: list[str],
    hotspots: str,
    alleles: str,
    classes: str,
    panel: str,
    cds_grch37: str,
    cds_grch38: str,
    callability: str,
    fusions: str,
    structural_variants: str,
    cytogenetics: str,
    copy_number: str,
    curation: list[str],
    lesion_rules: str,
    expression_labels: str,
    precedence: str,
    subtypes: str,
    genotypes: str,
    samples: list[dict],
    assays: dict,
    patients: list[str],
    variant_settings: dict,
    genotype_settings: dict,
    days: list[float | None],
) -> None:
    """Filter, assess and classify as the three rules do, keeping the genotypes."""
    with tempfile.TemporaryDirectory() as folder:
        variants, lesions = f"{folder}/variants.tsv", f"{folder}/lesions.tsv"
        evidence, counted = f"{folder}/evidence.tsv", f"{folder}/counted_samples.tsv"
        filter_variants.main(
            records=records,
            counts=counts,
            hotspots=hotspots,
            alleles=alleles,
            classes=classes,
            panel=panel,
            cds_grch37=cds_grch37,
            cds_grch38=cds_grch38,
            variants=variants,
            filter_counts=str(Path(folder) / "filter_counts.tsv"),
            filters=variant_settings["filters"],
            assay_limits=variant_settings["assay_limits"],
            rescue=variant_settings["rescue"],
            origin=variant_settings["origin"],
            tp53=genotype_settings["tp53"],
            assays=assays,
            few_blasts=few_blast_samples(
                [row for row in samples if row["vcf"]],
                genotype_settings["remission_below_blasts_pct"],
            ),
        )
        assess_lesions.main(
            variants=variants,
            callability=callability,
            fusions=fusions,
            structural_variants=structural_variants,
            cytogenetics=cytogenetics,
            copy_number=copy_number,
            curation=curation,
            lesion_rules=lesion_rules,
            expression_labels=expression_labels,
            lesions=lesions,
            evidence=evidence,
            counted_samples=counted,
            discordant_samples=str(Path(folder) / "discordant_samples.tsv"),
            samples=samples,
            assays=assays,
            patients=patients,
            remission_below_blasts_pct=genotype_settings["remission_below_blasts_pct"],
            sample_window_days=genotype_settings["sample_window_days"],
            days=days,
        )
        classify_genotypes.main(
            lesions=lesions,
            evidence=evidence,
            counted_samples=counted,
            variants=variants,
            fusions=fusions,
            structural_variants=structural_variants,
            curation=curation,
            lesion_rules=lesion_rules,
            precedence=precedence,
            subtypes=subtypes,
            expression_labels=expression_labels,
            hotspots=hotspots,
            cds_grch37=cds_grch37,
            cds_grch38=cds_grch38,
            genotypes=genotypes,
            samples=samples,
            settings=genotype_settings,
        )


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
