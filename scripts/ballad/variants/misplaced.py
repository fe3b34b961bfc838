"""An annotation that names a gene where only the other genome build has it."""

from collections.abc import Iterable, Sequence

from ballad.variants.alleles import alleles_of
from ballad.variants.annotation import Dialect, annotated
from ballad.variants.files import VcfError
from ballad.variants.panel import BUILDS, Panel
from ballad.variants.records import Record, info_of
from ballad.variants.rows import is_symbolic

# What only an exon or its splice sites can have; no gene has them from outside.
CODING = frozenset(
    (
        *("missense_variant", "synonymous_variant", "stop_gained", "stop_lost"),
        *("start_lost", "frameshift_variant", "inframe_insertion", "inframe_deletion"),
        *("splice_donor_variant", "splice_acceptor_variant"),
    )
)


def refuse_misplaced(
    path: str, records: Iterable[Record], panel: Panel, dialects: Sequence[Dialect]
) -> None:
    """
    Stop at a coding change of a gene where the declared build does not have this gene.

    A structural allele is passed over: from the gene's own place it may reach into the
    other build's. So is a record that begins in an exon of the declared build whose gene
    is among those that its annotation names.

    Parameters
    ----------
    path
        Of the VCF, whose contig lengths tell no build.
    records
        That touch `panel.of_the_other_build`, with the genes that lie there.
    panel
        Of the declared build.
    dialects
        Annotations that the header declares.

    Raises
    ------
    VcfError
        If the annotation of such a record gives one of these genes a coding change.
    """
    (other,) = set(BUILDS) - {panel.build}
    for record in records:
        chrom, pos, _, ref, alts, *_ = record.columns
        ref, alleles = alleles_of(ref, alts)
        info = info_of(record.columns[7])
        own = panel.genes_at(chrom.removeprefix("chr"), int(pos) - 1, int(pos))
        for index, alt in enumerate(alleles):
            entries = annotated(info, dialects, ref, list(alleles), index)
            named = {entry.gene for entry in entries}
            if not named.isdisjoint(own) or is_symbolic(alt):
                continue
            for entry in entries:
                terms = CODING & set(entry.terms.split("&"))
                if entry.gene in record.genes and terms:
                    raise VcfError(
                        f"{path}: genome build contradicted: {record.place}: "
                        f"{chrom}:{pos} is annotated as {min(terms)} of {entry.gene}, "
                        f"which lies there in {other}, not in the {panel.build} of the "
                        "sheet; correct genome_build"
                    )
