"""The column `fusions` takes the table of any caller: its header tells which."""

import itertools

import pytest

from ballad.fusions.callers import FusionTableError, read_calls, split_pair
from ballad.fusions.events import fusion_events
from ballad.fusions.names import GeneNames
from ballad.fusions.pairs import read_rules
from ballad.tables import read_table

LIMITS = {"definitive_reads": 5, "rule_reads": 2}
STAR_06 = "#fusion_name\tJunctionReads\tSpanningFrags\tSplice_type\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint"
STAR_1 = "#FusionName\tJunctionReadCount\tSpanningFragCount\tSpliceType\tLeftGene\tLeftBreakpoint\tRightGene\tRightBreakpoint\tJunctionReads\tSpanningFrags\tLargeAnchorSupport\tFFPM"
INSPECTOR = "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\tLeftLocalBreakpoint\tLeftBreakpoint\tRightGene\tRightLocalBreakpoint\tRightBreakpoint\tFAR_left"
CATCHER = "Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)\tFusion_description\tSpanning_pairs\tSpanning_unique_reads\tPredicted_effect"
ARRIBA = "#gene1\tgene2\ttype\tsplit_reads1\tsplit_reads2\tdiscordant_mates\tconfidence\treading_frame"
JAFFA = '"sample","fusion genes","gap (kb)","spanning pairs","spanning reads","inframe","classification"'
REPORT = (
    "Fusion,Databases,Fusion Indication Index (FII),arriba,fusioncatcher,starfusion"
)

TABLES = {
    "star_fusion 0.x": (
        f"{STAR_06}\nBCR--ABL1\t7\t3\tONLY_REF_SPLICE\tBCR^ENSG00000186716.15\tchr22:1:+\tABL1^ENSG00000097007.13\tchr9:1:+\n",
        ("BCR", "ABL1", 7, 3, "", ("star_fusion",)),
    ),
    "star_fusion 1.x lists the names of reads too": (
        f"{STAR_1}\nBCR--ABL1\t7\t3\tx\tBCR^ENSG1\tchr22:1:+\tABL1^ENSG2\tchr9:1:+\tr1,r2\tr3\tYES\t1.0\n",
        ("BCR", "ABL1", 7, 3, "", ("star_fusion",)),
    ),
    "fusion_inspector": (
        f"{INSPECTOR}\nBCR--ABL1\t7\t3\tBCR^ENSG1\t1\tchr22:1:+\tABL1^ENSG2\t2\tchr9:1:+\t0.5\n",
        ("BCR", "ABL1", 7, 3, "", ("fusion_inspector",)),
    ),
    "fusioncatcher": (
        f"{CATCHER}\nBCR\tABL1\tknown,cancer\t3\t7\tin-frame\n",
        ("BCR", "ABL1", 7, 3, "", ("fusioncatcher",)),
    ),
    "arriba": (
        f"{ARRIBA}\nBCR\tABL1\ttranslocation\t4\t3\t3\thigh\tin-frame\n",
        ("BCR", "ABL1", 7, 3, "high", ("arriba",)),
    ),
    "jaffa": (
        f'{JAFFA}\n"s1","BCR:ABL1",Inf,"3",7,TRUE,"HighConfidence"\n',
        ("BCR", "ABL1", 7, 3, "high", ("jaffa",)),
    ),
    "fusion_report": (
        f'{REPORT}\nBCR--ABL1,Mitelman,0.9,"split_reads1: 4,split_reads2: 3,discordant_mates: 3,confidence: high",,"junction_reads: 2,spanning_reads: 1"\n',
        ("BCR", "ABL1", 7, 3, "high", ("arriba", "star_fusion")),
    ),
    "two genes": (
        "gene5\tgene3\tsplit_reads\tspanning_reads\nBCR\tABL1\t7\t3\n",
        ("BCR", "ABL1", 7, 3, "", ()),
    ),
    "two genes, commas": (
        "gene5,gene3,split_reads,spanning_reads\nBCR,ABL1,7,3\n",
        ("BCR", "ABL1", 7, 3, "", ()),
    ),
    "one pair": (
        "fusion\tsplit_reads\tspanning_reads\nBCR::ABL1\t7\t3\n",
        ("BCR", "ABL1", 7, 3, "", ()),
    ),
}


def calls(tmp_path, text, column="fusions"):
    path = tmp_path / "table"
    path.write_text(text)
    return list(read_calls(str(path), column))


@pytest.mark.parametrize("name", TABLES)
def test_each_table_is_known_by_its_header(tmp_path, name):
    text, expected = TABLES[name]

    (call,) = calls(tmp_path, text)

    obtained = (call.gene5.split("^")[0], call.gene3.split("^")[0], call.split_reads)
    obtained += (call.spanning_reads, call.confidence, call.callers)
    assert obtained == expected


def test_a_list_without_header_holds_a_pair_per_line(tmp_path):
    found = calls(tmp_path, "BCR--ABL1\nIGH@--CRLF2\n")

    assert [(c.gene5, c.gene3) for c in found] == [("BCR", "ABL1"), ("IGH@", "CRLF2")]
    assert not any(c.counted for c in found)


def test_a_table_of_no_caller_names_the_nearest_and_what_it_lacks(tmp_path):
    text = ARRIBA.replace("\tconfidence", "") + "\n"

    with pytest.raises(FusionTableError, match="arriba, which needs confidence"):
        calls(tmp_path, text)


def test_a_table_that_fits_nothing_says_what_is_known(tmp_path):
    with pytest.raises(FusionTableError, match="known tables: .*jaffa"):
        calls(tmp_path, "alpha\tbeta\n1\t2\n")


def test_order_of_columns_does_not_matter(tmp_path):
    text, expected = TABLES["fusioncatcher"]
    header, row, _ = text.split("\n")
    columns = list(zip(header.split("\t"), row.split("\t"), strict=True))
    for turned in itertools.islice(itertools.permutations(columns), 0, 720, 37):
        turned_text = "\n".join("\t".join(c) for c in zip(*turned, strict=True))

        (call,) = calls(tmp_path, turned_text + "\n")

        assert (call.gene5, call.gene3, call.split_reads) == expected[:3]


def test_two_samples_in_one_table_are_refused(tmp_path):
    text = f'{JAFFA}\n"a","BCR:ABL1",1,"3",7,TRUE,"HighConfidence"\n"b","ETV6:RUNX1",1,"3",7,TRUE,"HighConfidence"\n'

    with pytest.raises(FusionTableError, match="line 3, column sample"):
        calls(tmp_path, text)


def test_a_count_that_is_no_number_names_line_and_column(tmp_path):
    text = "gene5\tgene3\tsplit_reads\nBCR\tABL1\tmany\n"

    with pytest.raises(FusionTableError, match="line 2, column split_reads: 'many'"):
        calls(tmp_path, text)


def test_an_unknown_confidence_names_line_and_column(tmp_path):
    text = "gene5\tgene3\tconfidence\nBCR\tABL1\t0.93\n"

    with pytest.raises(FusionTableError, match="line 2, column confidence: '0.93'"):
        calls(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "pair"),
    [
        ("BCR::ABL1", ("BCR", "ABL1")),
        ("BCR--ABL1", ("BCR", "ABL1")),
        ("BCR:ABL1", ("BCR", "ABL1")),
        ("NKX2-1--ABL1", ("NKX2-1", "ABL1")),
        ("BCR-ABL1", ("BCR-ABL1", "")),
    ],
)
def test_pairs_are_split_at_what_is_surely_a_separator(text, pair):
    assert split_pair(text) == pair


@pytest.fixture(scope="module")
def rules(root):
    folder = root / "resources/fusions"
    lesion_of = {
        (row["subtype"], row["ph_like_class"]): row["lesion"]
        for row in read_table(folder / "lesions.tsv").to_dict("records")
    }
    return read_rules(read_table(folder / "rules.tsv").to_dict("records"), lesion_of)


@pytest.fixture(scope="module")
def names(root, rules):
    table = read_table(root / "resources/fusions/gene_aliases.tsv")
    known = {symbol for rule in rules for symbol in rule.gene5 | rule.gene3}
    return GeneNames(
        zip(table["alias"], table["approved_or_locus"], strict=True), known
    )


def lesions(tmp_path, text, names, rules):
    path = tmp_path / "fusions.table"
    path.write_text(text)
    sample = {"patient": "1", "sample": "1", "assay": "RNA", "arriba": ""}
    sample |= {"star_fusion": "", "fusioncatcher": "", "fusions": str(path)}
    table = fusion_events([sample], names, rules, LIMITS)
    rows = table[table["lesion"] != ""]
    return sorted(zip(rows["lesion"], rows["tier"], strict=True))


@pytest.mark.parametrize(
    ("five", "three", "lesion"),
    [
        ("IGH@", "CRLF2", "crlf2_r"),
        ("CRLF2", "IGH-@", "crlf2_r"),
        ("IGHJ6(123),IGHJ5(45)", "CRLF2(900)", "crlf2_r"),
        ("IGHV3-7^ENSG00000211938", "DUX4L8", "dux4_r"),
        ("MLL", "AF4", "kmt2a_r"),
    ],
)
def test_spellings_of_one_lesion(tmp_path, names, rules, five, three, lesion):
    text = f"gene5\tgene3\tsplit_reads\n{five}\t{three}\t9\n"

    assert [name for name, _ in lesions(tmp_path, text, names, rules)] == [lesion]


@pytest.mark.parametrize("pair", ["BCR-ABL1", "MLL-AF4", "NKX2-1"])
def test_a_single_hyphen_parts_two_known_genes_only(names, pair):
    five, three = names.pair(pair, "")

    expected = {"BCR-ABL1": (["BCR"], ["ABL1"]), "MLL-AF4": (["KMT2A"], ["AFF1"])}
    assert (five, three) == expected.get(pair, ([pair], []))


@pytest.mark.parametrize("bait", ["MYBL1\tCRLF2", "KMT2A\tKMT2A", "IGHMBP2\tCRLF2"])
def test_symbols_match_exactly(tmp_path, names, rules, bait):
    text = f"gene5\tgene3\tsplit_reads\n{bait}\t9\n"

    assert lesions(tmp_path, text, names, rules) == []


@pytest.mark.parametrize("word", ["banned", "healthy", "gtex", "hpa", "paralogs"])
def test_a_banned_pair_counts_only_if_it_is_listed(tmp_path, names, rules, word):
    row = "{}\t{}\tknown,{},cancer\t5\t9\tin-frame\n"
    listed = CATCHER + "\n" + row.format("P2RY8", "CRLF2", word)
    wildcard = CATCHER + "\n" + row.format("KMT2A", "GENEX", word)
    clean = CATCHER + "\n" + row.format("KMT2A", "GENEX", "adjacent")

    assert [x for x, _ in lesions(tmp_path, listed, names, rules)] == ["crlf2_r"]
    assert lesions(tmp_path, wildcard, names, rules) == []
    assert [x for x, _ in lesions(tmp_path, clean, names, rules)] == ["kmt2a_r"]


@pytest.mark.parametrize(
    "pair", ["P2RY8\tCRLF2", "NUP214\tABL1", "EBF1\tPDGFRB", "FIP1L1\tPDGFRA"]
)
def test_drivers_that_lie_close_together_survive(tmp_path, names, rules, pair):
    text = f"{ARRIBA}\n{pair}\tdeletion/read-through\t3\t3\t2\tmedium\tin-frame\n"

    ((_, tier),) = lesions(tmp_path, text, names, rules)

    assert tier in ("A", "B")


def test_any_partner_means_a_partner_in_frame(tmp_path, names, rules):
    row = "{}\nKMT2A\tGENEX\ttranslocation\t5\t5\t2\thigh\t{}\n"

    kept = lesions(tmp_path, row.format(ARRIBA, "in-frame"), names, rules)
    lost = lesions(tmp_path, row.format(ARRIBA, "out-of-frame"), names, rules)

    assert (kept, lost) == ([("kmt2a_r", "B")], [("kmt2a_r", "C")])


def test_one_read_to_any_partner_is_noise(tmp_path, names, rules):
    text = "gene5\tgene3\tsplit_reads\nKMT2A\tGENEX\t1\n"

    assert lesions(tmp_path, text, names, rules) == []


def test_dux4_needs_igh_or_erg_as_partner(tmp_path, names, rules):
    text = "gene5\tgene3\tsplit_reads\n{}\tDUX4\t9\n"

    assert lesions(tmp_path, text.format("CIC"), names, rules) == [("dux4_r", "C")]
    assert lesions(tmp_path, text.format("IGH@"), names, rules) == [("dux4_r", "A")]


def test_a_list_without_counts_makes_tier_b(tmp_path, names, rules):
    assert lesions(tmp_path, "BCR--ABL1\n", names, rules) == [("ph", "B")]


def test_callers_of_a_merged_report_count_as_concordant(tmp_path, names, rules):
    text = (
        REPORT
        + '\nETV6--ABL1,,0.1,,"spanning_unique_reads: 2,spanning_pairs: 1","junction_reads: 2"\n'
    )

    assert lesions(tmp_path, text, names, rules) == [("abl_class", "A")]


def test_order_of_the_rows_changes_nothing(tmp_path, names, rules):
    rows = ["IGH@\tCRLF2\t5\t3", "IGHM\tCRLF2\t3\t5", "BCR\tABL1\t9\t9"]
    results = []
    for order in itertools.permutations(rows):
        path = tmp_path / "t"
        path.write_text(
            "gene5\tgene3\tsplit_reads\tspanning_reads\n" + "\n".join(order)
        )
        sample = {"patient": "1", "sample": "1", "assay": "RNA", "arriba": ""}
        sample |= {"star_fusion": "", "fusioncatcher": "", "fusions": str(path)}
        table = fusion_events([sample], names, rules, LIMITS).drop(columns="source")
        results.append(sorted(map(tuple, table.astype(str).to_numpy())))

    assert all(result == results[0] for result in results)
