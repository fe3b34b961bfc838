"""Rows of records of many samples, told the quick way and the thorough one."""

import itertools

import pytest

from ballad.variants.panel import Panel, Region
from ballad.variants.records import Record
from ballad.variants.rows import Alleles, Layout, Target

PANEL = Panel("GRCh38", {"1": (Region(0, 100, frozenset(["GENE"])),)}, {})
CELLS = [
    ":".join((genotype, reads, depth, "99"))
    for genotype, reads, depth in itertools.product(
        ("0/0", "0|0", "0/1", "1|1", "./.", "."),
        ("40,0", "40,20", "0,0", "0,7", "40,.", ".", "40", "007,03", "40,20,1"),
        ("60", ".", "", "0", "x", "12345678901"),
    )
]
CELLS += ["0/0", "0/1", ".", "0/1:40,20", "0/0:40,0", "./.:.:."]


def alleles(cells, alts="T", form="GT:AD:DP:GQ", info="."):
    columns = ["chr1", "50", ".", "A", alts, ".", "PASS", info, form, *cells]
    return Alleles(Record("", columns, ["GENE"]), PANEL, Layout((), len(columns)))


def target(column):
    keys = ("patient", "sample", "assay", "timepoint", "genome_build", "vcf")
    return Target(dict.fromkeys(keys, "x"), column)


def outcome(record, column):
    try:
        return list(record.rows([target(column)], [0]))
    except ValueError as error:
        return str(error)


@pytest.mark.parametrize("alts", ["T", "T,C"])
@pytest.mark.parametrize("form", ["GT:AD:DP:GQ", "GT:GQ:AD:DP", "GT:AD:DP:RD"])
@pytest.mark.parametrize("many", [True, False])
@pytest.mark.parametrize("info", [".", "DP4=1,2,3,4;DP=9"])
def test_plain_reads_are_told_as_all_others_are(monkeypatch, alts, form, many, info):
    records = [alleles(CELLS, alts, form, info)] if many else []
    records += [] if many else [alleles([c], alts, form, info) for c in CELLS]
    columns = range(9, 9 + len(CELLS)) if many else [9]
    quick = [outcome(record, column) for record in records for column in columns]
    monkeypatch.setattr(Alleles, "_plain_support", lambda *_: lambda _: None)
    for record in records:
        record._told.clear()
    thorough = [outcome(record, column) for record in records for column in columns]

    assert quick == thorough
    assert any(row for rows in quick if isinstance(rows, list) for _, row in rows)


@pytest.mark.parametrize("form", ["GT:AD:DP:GQ", "GT:GQ:AD:DP"])
def test_whoever_is_left_out_of_many_has_no_row(form):
    record, columns = alleles(CELLS, form=form), range(9, 9 + len(CELLS))
    seen = record.not_plain(columns)
    left_out = sorted(set(range(len(CELLS))) - set(seen))

    assert all(outcome(record, columns[n]) == [(0, None)] for n in left_out)
    assert form != "GT:AD:DP:GQ" or [CELLS[n] for n in left_out][:2] == [
        "0/0:40,0:60:99",
        "0/0:40,0:.:99",
    ]


def test_where_reads_may_be_told_otherwise_nobody_is_left_out():
    record = alleles(CELLS, form="GT:AD:DP:AF")

    assert len(record.not_plain(range(9, 9 + len(CELLS)))) == len(CELLS)
