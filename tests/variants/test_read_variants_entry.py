"""The rule's entry: rows written while files are read, all or none of them."""

import pytest
from read_variants import main

from ballad.variants.files import VcfError

LINES = (
    "##fileformat=VCFv4.2",
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tT",
    "17\t7675088\t.\tC\tT\t.\tPASS\t.\tGT:AD:DP\t0/1:60,40:100",
)


@pytest.fixture
def batch(tmp_path, root):
    samples = []
    for number in range(4):
        path = tmp_path / f"{number}.vcf"
        path.write_text("\n".join(LINES) + "\n")
        samples.append(
            {
                **{"patient": f"P{number}", "sample": f"S{number}", "assay": "WES"},
                **{"timepoint": "diagnosis", "genome_build": "GRCh38"},
                **{"vcf": str(path), "vcf_sample": "T"},
            }
        )
    resources = root / "resources"
    return {
        **{"vcfs": [], "indexes": [], "references": [], "gffs": [], "builds": []},
        "cds_grch37": str(resources / "panel/cds.GRCh37.bed"),
        "cds_grch38": str(resources / "panel/cds.GRCh38.bed"),
        "panel": str(resources / "panel/genes.tsv"),
        "hotspots": str(resources / "variants/hotspots.tsv"),
        "contigs": str(resources / "panel/contigs.tsv"),
        **{name: str(tmp_path / f"out/{name}") for name in ("records", "counts")},
        "checks": str(tmp_path / "out/checks"),
        **{"samples": samples, "padding": 10, "require_build_proof": False},
    }


@pytest.mark.parametrize("workers", [1, 2])
def test_each_sample_has_its_rows_in_the_order_of_the_sheet(batch, tmp_path, workers):
    main(**batch, workers=workers)

    header, *rows = (tmp_path / "out/records").read_text().splitlines()
    assert header.startswith("patient\tsample\t")
    assert [row.split("\t")[0] for row in rows] == ["P0", "P1", "P2", "P3"]
    counted = (tmp_path / "out/counts").read_text().splitlines()
    assert counted[1:3] == ["P0\tS0\tWES\trecords\t1", "P0\tS0\tWES\toutside_panel\t0"]
    assert len((tmp_path / "out/checks").read_text().splitlines()) == 1 + 4 * 3


@pytest.mark.parametrize("workers", [1, 2])
def test_of_damaged_files_each_is_named_and_nothing_is_left(batch, tmp_path, workers):
    for number in (1, 3):
        (tmp_path / f"{number}.vcf").write_text("no VCF\n")

    with pytest.raises(VcfError) as error:
        main(**batch, workers=workers)

    assert [f"{n}.vcf: line 1" in str(error.value) for n in range(4)] == [
        *(False, True),
        *(False, True),
    ]
    assert list((tmp_path / "out").iterdir()) == []


def test_a_batch_whose_builds_nothing_proves_leaves_nothing(batch, tmp_path):
    batch["require_build_proof"] = True

    with pytest.raises(VcfError, match=r"0\.vcf: genome build not determinable"):
        main(**batch, workers=1)

    assert list((tmp_path / "out").iterdir()) == []


def test_the_samples_of_one_file_are_warned_of_in_one_line(batch, caplog):
    for sample in batch["samples"][:3]:
        sample["vcf"] = batch["samples"][0]["vcf"]
    main(**batch, workers=1)

    said = [line for line in caplog.messages if "genome_build" in line]
    assert [line.partition(": ")[0] for line in said] == [
        batch["samples"][0]["vcf"],
        batch["samples"][3]["vcf"],
    ]
    assert said[0].endswith("is used; so 2 more samples of this file")
    assert said[1].endswith("is used")
