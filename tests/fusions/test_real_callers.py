"""Real tables of every caller: the drivers are found, the bait is not called."""

import pytest

from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.tables import read_table

pytestmark = pytest.mark.real_data
COUNTED = {"A", "B"}
# What the artificial sample holds, as far as B-ALL rules name it, per caller.
DRIVERS = {
    "arriba/fusionreport.arriba.tsv": {"abl_class", "other_kinase_r", "nutm1_r"},
    "starfusion/fusionreport.starfusion.tsv": {"other_kinase_r", "nutm1_r"},
    "fusioncatcher/fusionreport.fusioncatcher.txt": {
        *("abl_class", "crlf2_r", "dux4_r", "other_kinase_r", "nutm1_r"),
    },
    "jaffa/fusionreport.jaffa.csv": {"other_kinase_r", "nutm1_r"},
    "fusion_report/fusionreport.fusions.csv": {
        *("abl_class", "crlf2_r", "dux4_r", "other_kinase_r", "nutm1_r"),
    },
    # A wildcard rule needs read counts: BRD4::NUTM1 stays in doubt.
    "fusion_report/fusionreport.fusion_list.tsv": {
        *("abl_class", "crlf2_r", "dux4_r", "other_kinase_r"),
    },
}
# In the myeloma line KMM-1 FusionCatcher alone has the reads for IGH::MYC.
TRUE_MYC = "G28050.KMM-1.1.FUSION_CATCHER"


@pytest.fixture(scope="module")
def found(root):
    folder = root / "resources/fusions"
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in read_table(folder / "lesions.tsv").to_dict("records")
    }
    rules = read_rules(read_table(folder / "rules.tsv").to_dict("records"), lesion_of)
    aliases = read_table(folder / "gene_aliases.tsv")
    names = GeneNames(zip(aliases["alias"], aliases["approved_or_locus"], strict=True))

    def lesions(path, column="fusions"):
        columns = ("arriba", "star_fusion", "fusioncatcher", "fusions")
        sample = {name: str(path) if name == column else "" for name in columns}
        sample |= {"patient": "1", "sample": "1", "assay": "RNA"}
        limits = {"definitive_reads": 5, "rule_reads": 2}
        return fusion_events([sample], names, rules, limits)

    return lesions


@pytest.mark.parametrize("name", DRIVERS)
def test_drivers_are_found_in_the_table_of_every_caller(real_data, found, name):
    table = found(real_data / "fusion" / name)

    assert set(table.loc[table["tier"].isin(COUNTED), "lesion"]) == DRIVERS[name]


def test_cic_dux4_is_no_dux4_rearranged_leukaemia(real_data, found):
    table = found(real_data / "fusion/fusioncatcher/fusionreport.fusioncatcher.txt")

    tiers = table.loc[table["lesion"] == "dux4_r"].set_index("gene5")["tier"]
    assert tiers.to_dict() == {"CIC": "C", "DUX4": "A"}


def test_no_table_of_another_tumour_makes_a_call(real_data, found):
    tables = [
        path
        for folder in ("arriba", "starfusion", "fusioncatcher", "jaffa")
        for path in sorted((real_data / "fusion" / folder).iterdir())
        if not path.name.startswith("fusionreport")
        and path.name != "chimeraviz.jaffa_results.csv"  # two samples in one table
    ]
    assert len(tables) > 35
    for path in tables:
        table = found(path)
        called = set(table.loc[table["tier"].isin(COUNTED), "lesion"])
        allowed = {"myc_bcl2_r"} if TRUE_MYC in path.name else set()
        assert called <= allowed, path.name


def test_the_bait_stays_in_doubt(real_data, found):
    bait = found(real_data / "fusion/arriba/metafusion.BRCA_BT474.arriba.fusions.tsv")

    rows = bait[bait["gene3"] == "OR10J1"]
    assert rows["tier"].tolist() == ["C"]


def test_tables_are_the_same_in_their_own_column(real_data, found):
    for column, name in (
        ("arriba", "arriba/fusionreport.arriba.tsv"),
        ("star_fusion", "starfusion/fusionreport.starfusion.tsv"),
        ("fusioncatcher", "fusioncatcher/fusionreport.fusioncatcher.txt"),
    ):
        path = real_data / "fusion" / name
        assert found(path, column).equals(found(path))
