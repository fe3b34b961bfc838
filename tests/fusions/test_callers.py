import pytest

from ballad.fusions.callers import FusionTableError, read_calls
from ballad.fusions.layouts import LAYOUTS

TABLES = {
    "arriba": (
        "#gene1\tgene2\tstrand1\ttype\tsplit_reads1\tsplit_reads2"
        "\tdiscordant_mates\tconfidence\n"
        "BCR\tABL1\t+/+\ttranslocation\t12\t8\t5\thigh\n",
        ("BCR", "ABL1", 20, 5, "high", False),
    ),
    "star_fusion": (
        "#FusionName\tJunctionReadCount\tSpanningFragCount\tLeftGene\tRightGene\n"
        "BCR--ABL1\t20\t5\tBCR^ENSG1\tABL1^ENSG2\n",
        ("BCR^ENSG1", "ABL1^ENSG2", 20, 5, "", False),
    ),
    "fusioncatcher": (
        "Gene_1_symbol(5end_fusion_partner)\tGene_2_symbol(3end_fusion_partner)"
        "\tFusion_description\tSpanning_pairs\tSpanning_unique_reads\n"
        "CRLF2\tIGH@\tknown\t5\t20\n",
        ("CRLF2", "IGH@", 20, 5, "", False),
    ),
    "fusions": (
        "gene5\tgene3\tsplit_reads\tspanning_reads\tconfidence\n"
        "BCR\tABL1\t20\t5\tmedium\n",
        ("BCR", "ABL1", 20, 5, "medium", False),
    ),
}


def seen(call):
    return (
        *(call.gene5, call.gene3, call.split_reads, call.spanning_reads),
        *(call.confidence, call.read_through),
    )


@pytest.mark.parametrize("caller", LAYOUTS)
def test_each_caller_is_read_by_the_names_of_its_columns(tmp_path, caller):
    text, expected = TABLES[caller]
    path = tmp_path / "t.tsv"
    path.write_text(text)

    (call,) = read_calls(str(path), caller)

    assert seen(call) == expected
    assert call.source == f"{path}:2"


@pytest.mark.parametrize("caller", LAYOUTS)
def test_the_order_of_the_columns_does_not_matter(tmp_path, caller):
    text, expected = TABLES[caller]
    lines = [line.lstrip("#").split("\t")[::-1] for line in text.splitlines()]
    path = tmp_path / "t.tsv"
    path.write_text("".join("\t".join(line) + "\n" for line in lines))

    (call,) = read_calls(str(path), caller)

    assert seen(call) == expected


@pytest.mark.parametrize("caller", LAYOUTS)
def test_a_header_without_rows_found_nothing(tmp_path, caller):
    path = tmp_path / "t.tsv"
    path.write_text(TABLES[caller][0].splitlines()[0] + "\n")

    assert list(read_calls(str(path), caller)) == []


@pytest.mark.parametrize("caller", ["arriba", "star_fusion", "fusioncatcher"])
def test_a_table_of_another_caller_is_refused(tmp_path, caller):
    path = tmp_path / "t.tsv"
    path.write_text(TABLES["fusions"][0])

    with pytest.raises(FusionTableError, match="is it a table of another caller"):
        list(read_calls(str(path), caller))


def test_reads_that_are_no_number_are_refused_with_line_and_column(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text(TABLES["fusions"][0] + "ETV6\tABL1\tmany\t5\t\n")

    with pytest.raises(FusionTableError, match="line 3, column split_reads: 'many'"):
        list(read_calls(str(path), "fusions"))


def test_ones_own_table_needs_no_more_than_two_genes(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text("gene5\tgene3\nBCR\tABL1\n")

    (call,) = read_calls(str(path), "fusions")

    assert seen(call) == ("BCR", "ABL1", 0, 0, "", False)


@pytest.mark.parametrize(
    "kind", ["deletion/read-through", "readthrough", "read_through"]
)
def test_a_read_through_is_noticed(tmp_path, kind):
    path = tmp_path / "t.tsv"
    path.write_text(TABLES["arriba"][0].replace("translocation", kind))

    (call,) = read_calls(str(path), "arriba")

    assert call.read_through


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("gene5\tgene3\tsplit_reads\nBCR\n", "line 2, column gene3"),  # cut short
        ("gene5\tgene3\tsplit_reads\nKMT2A\t\t20\n", "line 2, column gene3"),
        ("fusion\tsplit_reads\nBCR/ABL1\t20\n", "'BCR/ABL1' is no pair of genes"),
        ("BCR--ABL1\nhello world\n", "line 2: 'hello world' is no pair of genes"),
        ("gene5\tgene3\tgene5\nBCR\tABL1\tX\n", "the column gene5 twice"),
    ],
)
def test_a_row_without_two_genes_is_refused_not_read_as_no_fusion(
    tmp_path, text, fault
):
    path = tmp_path / "t.tsv"
    path.write_text(text)

    with pytest.raises(FusionTableError, match=fault):
        list(read_calls(str(path), "fusions"))


def test_quotes_around_names_and_counts_are_no_part_of_them(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_text('"gene5"\t"gene3"\t"split_reads"\n"BCR"\t"ABL1"\t"20"\n')

    (call,) = read_calls(str(path), "fusions")

    assert seen(call) == ("BCR", "ABL1", 20, 0, "", False)


@pytest.mark.parametrize(
    "text",
    [
        "gene5\tgene3\nKMT2A\t6-Sep\n",
        "gene5\tgene3\n44256\tKMT2A\n",
        "fusion\nKMT2A--6-Sep\n",
        "KMT2A--6-Sep\n",
    ],
)
def test_a_partner_that_a_spreadsheet_made_a_date_stops(tmp_path, text):
    path = tmp_path / "t.tsv"
    path.write_text(text)

    with pytest.raises(FusionTableError, match=r"line [12]: '(6-Sep|44256)' is a "):
        list(read_calls(str(path), "fusions"))
