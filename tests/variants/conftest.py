"""Reading and judging a small VCF."""

import pandas as pd
import pytest
import yaml

from ballad.evidence import variant_evidence
from ballad.tables import read_table, write_table
from ballad.variants.calls import NUMERIC, variant_calls
from ballad.variants.hotspots import Hotspots, suppressors
from ballad.variants.panel import known_contigs, read_panel
from ballad.variants.reader import read_vcf
from ballad.variants.rows import COLUMNS
from tests.variants.annotated_records import (
    LENGTHS,
)


@pytest.fixture(scope="module")
def panels(root):
    resources = root / "resources"
    return {
        build: read_panel(
            build,
            str(resources / f"panel/cds.{build}.bed"),
            str(resources / "panel/genes.tsv"),
            str(resources / "variants/hotspots.tsv"),
            10,
        )
        for build in LENGTHS
    }


@pytest.fixture
def read(panels, root, tmp_path):
    contigs = known_contigs(str(root / "resources/panel/contigs.tsv"))

    def reading(*records, header=(), build="GRCh38", lengths=True):
        name, length, other, other_length = LENGTHS[build]
        said = [
            f"##contig=<ID={name},length={length}>",
            f"##contig=<ID={other},length={other_length}>",
        ]
        columns = "#CHROM POS ID REF ALT QUAL FILTER INFO FORMAT T".split()
        text = ["##fileformat=VCFv4.2", *(said if lengths else []), *header]
        path = tmp_path / "t.vcf"
        path.write_text("\n".join([*text, "\t".join(columns), *records, ""]))
        sample = {
            **{"patient": "P1", "sample": "T", "assay": "PANEL"},
            **{"timepoint": "diagnosis", "genome_build": build, "vcf": str(path)},
        }
        return read_vcf(sample, panels[build], contigs)

    return reading


@pytest.fixture(scope="module")
def judged(root):
    resources = root / "resources"
    method = yaml.safe_load((root / "config/config.yaml").read_text())

    def table(content):
        records = pd.DataFrame(content.rows, columns=list(COLUMNS))
        for name in NUMERIC:
            records[name] = pd.to_numeric(records[name])
        return variant_calls(
            records,
            Hotspots(
                read_table(resources / "variants/hotspots.tsv"),
                read_table(resources / "variants/alleles.tsv"),
            ),
            read_table(resources / "variants/classes.tsv")
            .set_index("class")
            .to_dict("index"),
            suppressors(read_table(resources / "panel/genes.tsv")),
            {"PANEL": "panel"},
            method["variants"]["filters"],
            method["variants"]["assay_limits"],
            method["variants"]["rescue"],
            method["genotypes"]["tp53"],
        )

    return table


@pytest.fixture
def states(read, judged, root, tmp_path):
    lesions = read_table(root / "resources/genotypes/lesions.tsv")

    def of(lesion, gene, *records, **how):
        write_table(judged(read(*records, **how)), tmp_path / "variants.tsv")
        genes = lesions.set_index("lesion").loc[lesion, "genes"].split("|")
        covered = pd.DataFrame(
            [("P1", "T", "PANEL", name, "callable", "1", "t.bed") for name in genes],
            columns=[
                *("patient", "sample", "assay", "gene", "state"),
                *("fraction_covered", "source"),
            ],
        )
        evidence = variant_evidence(
            read_table(tmp_path / "variants.tsv"),
            covered,
            lesions,
            [{"patient": "P1", "sample": "T", "assay": "PANEL", "vcf": "t.vcf"}],
        )
        return [item.supports for item in evidence if item.lesion == lesion]

    return of
