"""TP53 and CDKN2A cut out of real sequence: effects against known residues."""

import gzip

import pysam
import pytest

from ballad.tables import read_table
from ballad.variants.consequences import read_reference, with_consequences
from ballad.variants.hotspots import Allele, Hotspots
from ballad.variants.panel import read_panel
from ballad.variants.reader import COLUMNS
from scripts.prepare_reference import main as prepare_reference

pytestmark = pytest.mark.real_data

TRANSCRIPTS = {"TP53": ("NM_000546",), "NF1": ("NM_001042492",)}


def gff_lines(path, transcripts):
    """Write UCSC genePred rows as the lines of an Ensembl GFF3."""
    with gzip.open(path, "rt") as rows:
        for row in map(str.split, rows):
            name, chrom, strand, gene = row[1], row[2], row[3], row[12]
            if name not in transcripts.get(gene, ()):
                continue
            cds = int(row[6]), int(row[7])
            starts = [int(n) for n in row[9].strip(",").split(",")]
            ends = [int(n) for n in row[10].strip(",").split(",")]
            phases = row[15].strip(",").split(",")

            def line(kind, start, end, phase, said, chrom=chrom, strand=strand):
                place = (chrom, "refGene", kind, str(start + 1), str(end))
                return "\t".join([*place, ".", strand, phase, said])

            span = int(row[4]), int(row[5])
            yield line("gene", *span, ".", f"ID=gene:{gene};Name={gene}")
            said = f"ID=transcript:{name};Parent=gene:{gene};biotype=protein_coding"
            yield line("mRNA", *span, ".", said)
            for start, end, frame in zip(starts, ends, phases, strict=True):
                parent = f"Parent=transcript:{name}"
                yield line("exon", start, end, ".", parent)
                if max(start, cds[0]) < min(end, cds[1]):
                    phase = str(-int(frame) % 3)
                    low, high = max(start, cds[0]), min(end, cds[1])
                    yield line("CDS", low, high, phase, parent)


@pytest.fixture(scope="module", params=["GRCh37", "GRCh38"])
def prepared(request, real_data, root, tmp_path_factory):
    """Cut one build; the sparse sequences lack most chromosomes of the panel."""
    build, folder = request.param, tmp_path_factory.mktemp(request.param)
    source = real_data / f"reference/refGene.panel.{build}.txt.gz"
    gff, cds, spots = (folder / name for name in ("genes.gff3", "cds.bed", "hot.tsv"))
    gff.write_text("\n".join(gff_lines(source, TRANSCRIPTS)) + "\n")
    resources = root / "resources"
    beds = (resources / f"panel/cds.{build}.bed").read_text().splitlines(keepends=True)
    cds.write_text(
        "".join(b for b in beds if b.split("\t")[3].split("|")[0] in TRANSCRIPTS)
    )
    lines = (resources / "variants/hotspots.tsv").read_text().splitlines(keepends=True)
    spots.write_text("".join([lines[0], *(x for x in lines if x.startswith("TP53\t"))]))
    genes = str(resources / "panel/genes.tsv")
    out = [
        str(folder / f"{build}.{end}") for end in ("fa.gz", "fa.gz.fai", "fa.gz.gzi")
    ]
    cut_gff, checksums = str(folder / "cut.gff3"), str(folder / "sums.tsv")
    prepare_reference(
        *(str(real_data / f"reference/sparse.{build}.fa.gz"), str(gff), str(cds)),
        *(genes, str(spots), *out, cut_gff, checksums, build, 10),
    )
    panel = read_panel(build, str(cds), genes, str(spots), 10)
    return build, read_reference(out[0], cut_gff), panel, read_table(checksums)


def told(prepared, rows, gene="TP53"):
    build, reference, panel, _ = prepared
    blank = dict.fromkeys(COLUMNS, "") | {"genome_build": build, "gene": gene}
    filled = [
        {**blank, "chrom": "17", "pos": str(pos), "ref": ref, "alt": alt}
        for pos, ref, alt in rows
    ]
    found = with_consequences(
        [tuple(row[name] for name in COLUMNS) for row in filled], reference, panel
    )
    return [dict(zip(COLUMNS, row, strict=True)) for row in found]


# GRCh38 positions; TP53 lies 96,682 bases further left on GRCh37 (README of the data).
KNOWN = [
    (7674220, "C", "T", "missense_variant", "R248Q"),
    (7674221, "G", "A", "missense_variant", "R248W"),
    (7673802, "C", "T", "missense_variant", "R273H"),
    (7674894, "G", "A", "stop_gained", "R213*"),
    (7674892, "T", "C", "synonymous_variant", "R213="),
    (7676154, "G", "C", "missense_variant", "P72R"),
    (7674259, "T", "C", "missense_variant", "N235S"),
    (7675994, "C", "T", "synonymous_variant", "T125="),
]


@pytest.mark.parametrize(("pos", "ref", "alt", "term", "change"), KNOWN)
def test_known_tp53_variants_have_their_effect_in_both_builds(
    prepared, pos, ref, alt, term, change
):
    place = pos if prepared[0] == "GRCh38" else pos - 96_682

    (row,) = told(prepared, [(place, ref, alt)])

    assert row["protein_change"] == change
    assert term in row["consequence"].split("&")
    assert row["transcript"] == "NM_000546"


def test_every_listed_tp53_allele_gets_the_residue_it_is_listed_for(prepared, root):
    """Effects by csq against the genomic bases of resources/variants/alleles.tsv."""
    build = prepared[0]
    alleles = read_table(root / "resources/variants/alleles.tsv")
    listed = alleles[(alleles["gene"] == "TP53") & (alleles["build"] == build)]
    rows = [
        (int(row.pos), row.ref, row.alt)
        for row in listed.itertuples()
        if "fs" not in row.protein_change
    ]
    changes = [c for c in listed["protein_change"] if "fs" not in c]
    hotspots = Hotspots(
        read_table(root / "resources/variants/hotspots.tsv"), alleles.iloc[:0]
    )

    found = told(prepared, rows)

    assert len(found) > 60
    for row, change in zip(found, changes, strict=True):
        if change[0].isalpha() and change[1:-1].isdigit():
            assert row["protein_change"] == change
        terms = frozenset(row["consequence"].split("&"))
        place = (row["chrom"], int(row["pos"]), row["ref"], row["alt"])
        allele = Allele("TP53", build, *place, terms, row["protein_change"])
        assert hotspots.best(allele) is not None, row


def test_the_reference_says_what_it_holds(prepared):
    (row,) = prepared[3].to_dict("records")

    assert row["genome_build"] == prepared[0]
    assert row["genes"] == "2"
    assert int(row["known_bases"]) > 300_000
    assert len(row["sha256_bases"]) == len(row["sha256_gff"]) == 64


def test_both_builds_have_the_same_tp53_effects_base_for_base(prepared):
    """Each base of exon 5 changed to each other base: 552 alleles."""
    build, reference, *_ = prepared
    shift = 0 if build == "GRCh38" else -96_682
    with pysam.FastaFile(reference.fasta) as fasta:
        start = 7675052 + shift
        exon = fasta.fetch("17", start, start + 184)
    rows = [
        (start + n + 1, base, alt)
        for n, base in enumerate(exon)
        for alt in "ACGT"
        if alt != base
    ]

    found = told(prepared, rows)

    counts = {}
    for row in found:
        first = row["consequence"].split("&")[0]
        counts[first] = counts.get(first, 0) + 1
    assert sum(counts.values()) == 552
    assert counts["missense_variant"] > 300
    assert counts["stop_gained"] > 15
    assert not [row for row in found if not row["consequence"]]
