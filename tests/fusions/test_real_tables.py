"""Fusion tables of callers, whose truth their README states."""

import pytest
import yaml

from ballad.fusions.callers import read_calls
from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.tables import read_table

pytestmark = pytest.mark.real_data

FOLDERS = {"arriba": "arriba", "star_fusion": "starfusion"}


@pytest.fixture(scope="module")
def found(root, real_data):
    """Return a function: caller and path below fusion/ -> events."""
    aliases = read_table(root / "resources/fusions/gene_aliases.tsv")
    names = GeneNames(zip(aliases["alias"], aliases["approved_or_locus"], strict=True))
    lesions = read_table(root / "resources/fusions/lesions.tsv")
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in lesions.to_dict("records")
    }
    table = read_table(root / "resources/fusions/rules.tsv")
    rules = read_rules(table.to_dict("records"), lesion_of)
    method = yaml.safe_load((root / "config/config.yaml").read_text())

    def events(caller, path):
        blank = dict.fromkeys(("arriba", "star_fusion", "fusioncatcher", "fusions"), "")
        sample = {**blank, "patient": "P1", "sample": "T", "assay": "RNA"}
        sample[caller] = str(real_data / "fusion" / path)
        return fusion_events([sample], names, rules, method["genotypes"]["fusions"])

    return events


def tables(real_data, caller):
    folder = real_data / "fusion" / FOLDERS[caller]
    return [f"{FOLDERS[caller]}/{path.name}" for path in sorted(folder.iterdir())]


@pytest.mark.parametrize("caller", FOLDERS)
def test_every_row_of_every_table_is_read(real_data, caller):
    paths = tables(real_data, caller)
    assert len(paths) > 5
    for path in paths:
        text = (real_data / "fusion" / path).read_text()
        calls = list(read_calls(str(real_data / "fusion" / path), caller))

        assert len(calls) == len([line for line in text.splitlines() if line]) - 1
        assert all(call.gene5 and call.gene3 for call in calls), path


@pytest.mark.parametrize("caller", FOLDERS)
def test_no_table_of_another_cancer_shows_a_lesion_of_leukaemia(
    real_data, found, caller
):
    for path in tables(real_data, caller):
        if "fusionreport" in path:
            continue
        events = found(caller, path)
        counted = events[events["tier"].isin(["A", "B"])]

        pairs = counted["tier"] + " " + counted["gene5"] + "::" + counted["gene3"]
        assert pairs.tolist() == [], path


def test_mef2d_with_a_wrong_partner_and_four_reads_is_weak(found):
    events = found("arriba", "arriba/metafusion.BRCA_BT474.arriba.fusions.tsv")

    bait = events[events["gene3"] == "OR10J1"]
    assert bait[["confidence", "tier"]].values.tolist() == [["high", "C"]]


def test_the_pooled_cell_lines_show_their_leukaemias(found):
    events = found("fusioncatcher", "fusioncatcher/fusionreport.fusioncatcher.txt")

    strong = events[events["tier"].isin(["A", "B"])].groupby("lesion")["rule"].first()
    assert {"crlf2_r", "dux4_r"} <= set(strong.index)


def test_two_reads_of_igh_and_myc_stay_in_doubt(real_data, found):
    """The table of KMM-1 has them; reads of an expressed IG locus join by chance."""
    (path,) = [p for p in tables(real_data, "star_fusion") if "KMM-1.1" in p]
    events = found("star_fusion", path)

    row = events[events["lesion"] == "myc_bcl2_r"]
    assert row[["gene5", "gene3", "tier"]].values.tolist() == [["IGH", "MYC", "C"]]
