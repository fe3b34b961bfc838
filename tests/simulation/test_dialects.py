"""The SYNTHETIC genotypes do not change by the dialect of their files."""

import dataclasses

import pytest
import yaml
from filter_variants import main as filter_variants
from read_fusions import main as read_fusions
from read_variants import main as read_variants

from ballad.inputs.sample_sheet import read_samples
from ballad.simulation.annotations import annotation
from ballad.simulation.cohort import write_cohort
from ballad.simulation.design import read_design
from ballad.tables import read_table
from ballad.variants.annotation import annotated, dialects
from ballad.variants.pathogenicity import COUNTED
from ballad.variants.vocabulary import protein_change

PLAIN = {
    "annotator": "CSQ",
    "build": "GRCh38",
    "contigs": "chr",
    "caller": "Mutect2",
    "normal": "without",
    "container": "indexed",
    "fusions": "arriba",
}


@pytest.fixture(scope="module")
def design(root):
    return read_design(root / "resources" / "simulation")


@pytest.fixture(scope="module")
def written(root, design, tmp_path_factory):
    """Write the same patients in the plain dialect, and in all in equal parts."""
    panel = root / "resources" / "panel"
    exons = {b: str(panel / f"cds.{b}.bed") for b in ("GRCh37", "GRCh38")}
    mixes = {
        "plain": {choice: {name: 1.0} for choice, name in PLAIN.items()},
        "mixed": {
            choice: dict.fromkeys(names, 1.0)
            for choice, names in design.dialects.items()
        },
    }
    found = {}
    for mix, shares in mixes.items():
        folder = tmp_path_factory.mktemp(mix)
        used = dataclasses.replace(design, dialects=shares)
        cohort = write_cohort(folder, 3, used, str(panel / "genes.tsv"), exons)
        found[mix] = (folder, cohort)
    return found


@pytest.fixture(scope="module")
def calls(root, written):
    """Read both; return counted variants and fused lesions of each."""
    config = yaml.safe_load((root / "config" / "config.yaml").read_text())
    assays = yaml.safe_load((root / "config" / "example.yaml").read_text())["assays"]
    return {
        mix: (
            _variants(root, folder, config["variants"], config["genotypes"], assays),
            _fusions(root, folder, config["genotypes"], assays),
        )
        for mix, (folder, _) in written.items()
    }


def _samples(folder, assays, column):
    sheet, problems = read_samples(str(folder / "samples.tsv"), assays, "GRCh38")
    assert problems == []
    rows = sheet.to_dict("records")
    return [row for row in rows if any(row[name] for name in column)]


def _variants(root, folder, variants, genotypes, assays):
    resources = root / "resources"
    out = [str(folder / f"{name}.tsv") for name in ("records", "counts", "checks")]
    panel = str(resources / "panel/genes.tsv")
    hotspots = str(resources / "variants/hotspots.tsv")
    read_variants(
        [],
        [],
        [],
        [],
        str(resources / "panel/cds.GRCh37.bed"),
        str(resources / "panel/cds.GRCh38.bed"),
        panel,
        hotspots,
        str(resources / "panel/contigs.tsv"),
        *out,
        _samples(folder, assays, ["vcf"]),
        variants["panel_padding"],
        variants["require_build_proof"],
        [],
        1,
    )
    filter_variants(
        [out[0]],
        [out[1]],
        hotspots,
        str(resources / "variants/alleles.tsv"),
        str(resources / "variants/classes.tsv"),
        panel,
        str(resources / "panel/cds.GRCh37.bed"),
        str(resources / "panel/cds.GRCh38.bed"),
        str(folder / "variants.tsv"),
        str(folder / "filter_counts.tsv"),
        variants["filters"],
        variants["assay_limits"],
        variants["rescue"],
        variants["origin"],
        genotypes["tp53"],
        assays,
    )
    table = read_table(folder / "variants.tsv")
    counted = table[(table["kept"] == "yes") & table["pathogenicity"].isin(COUNTED)]
    keys = ["patient", "sample", "gene", "protein_change", "pathogenicity", "flags"]
    return sorted(counted[keys].itertuples(index=False, name=None))


def _fusions(root, folder, genotypes, assays):
    resources = root / "resources"
    columns = ["arriba", "star_fusion", "fusioncatcher"]
    read_fusions(
        [],
        resources / "fusions/rules.tsv",
        resources / "fusions/gene_aliases.tsv",
        resources / "fusions/lesions.tsv",
        folder / "fusions.tsv",
        _samples(folder, assays, columns),
        genotypes["fusions"],
    )
    table = read_table(folder / "fusions.tsv")
    listed = table[table["lesion"] != ""]
    return sorted(set(listed[["patient", "lesion"]].itertuples(index=False, name=None)))


def test_the_same_patients_in_two_dialect_mixes_have_the_same_calls(calls):
    assert calls["plain"][0] == calls["mixed"][0]
    assert calls["plain"][1] == calls["mixed"][1]
    assert len(calls["plain"][0]) > 100
    assert len(calls["plain"][1]) > 100


def test_the_mix_has_every_dialect(design, written):
    _, cohort = written["mixed"]

    for choice, names in design.dialects.items():
        assert {getattr(form, choice) for form in cohort.forms} == set(names)


def test_the_truth_does_not_depend_on_the_dialect(written):
    plain, mixed = (written[mix][0] / "truth" for mix in ("plain", "mixed"))

    for name in ("lesions.tsv", "patients.tsv"):
        assert (plain / name).read_bytes() == (mixed / name).read_bytes()


def test_every_dialect_is_written_into_the_files(written):
    folder, _ = written["mixed"]
    names = [path.name for path in (folder / "vcf").iterdir()]
    heads = "".join(
        path.read_text() for path in (folder / "vcf").iterdir() if path.suffix == ".vcf"
    )
    rows = read_table(folder / "samples.tsv")

    for ending in (".bcf", ".vcf", ".vcf.gz", ".vcf.gz.tbi"):
        assert any(name.endswith(ending) for name in names)
    assert "\tNORMAL\tTUMOR\n" in heads
    assert "##normal_sample=" in heads
    assert "%:" in heads  # VarScan's FREQ
    assert {"GRCh37", "GRCh38"} == set(rows["genome_build"])
    snvs = {name.split(".")[0] for name in names if ".snvs." in name}
    assert snvs
    assert snvs == {name.split(".")[0] for name in names if ".indels." in name}


@pytest.mark.parametrize("annotator", ["CSQ", "ANN", "BCSQ"])
def test_every_planted_allele_is_read_as_it_is_annotated(root, design, annotator):
    from ballad.simulation.annotations import HEADERS

    genes = read_table(root / "resources/panel/genes.tsv").set_index("symbol")
    known = dialects([HEADERS[annotator]])
    for alleles in design.alleles.values():
        for allele in alleles:
            text = annotation(annotator, allele, genes.loc[allele.gene], "", allele.pos)
            entries = annotated({annotator: text}, known, allele.ref, [allele.alt], 0)
            terms = {term for entry in entries for term in entry.terms.split("&")}
            changes = {protein_change(entry.hgvsp) for entry in entries} - {""}

            assert set(allele.consequence.split("&")) <= terms
            assert changes == ({allele.protein_change} - {""})
