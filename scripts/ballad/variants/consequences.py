"""Alleles without an annotation -> left-aligned, with the effect bcftools csq tells."""

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pysam

from ballad.variants.bcsq import bcsq_consequences
from ballad.variants.content import ANNOTATION, VcfContent, annotation_check
from ballad.variants.files import VcfError
from ballad.variants.header import NOT_DETERMINABLE
from ballad.variants.panel import Panel
from ballad.variants.rows import COLUMNS
from ballad.variants.transcripts import chosen, worst_elsewhere
from ballad.variants.vocabulary import protein_change

NO_EFFECT = "intergenic_variant"  # outside every transcript of the gene
_BASES = re.compile("[ACGTN]+")
_KNOWN = re.compile("[ACGT]+")  # some genomes have bases of two readings, such as R
# After a failed call, a process that calls bcftools again may pass without annotating.
_CALL = "import sys, pysam.bcftools as b; getattr(b, sys.argv[1])(*sys.argv[2:], catch_stdout=False)"


@dataclass(frozen=True)
class Reference:
    """The panel's own reference of one build."""

    fasta: str  # path; bgzip, indexed
    gff: str  # path
    coding: Mapping[str, tuple[tuple[str, int, int], ...]]  # gene: 0-based, half-open


def read_reference(fasta: str, gff: str) -> Reference:
    """Read where the genes of a cut GFF code for protein."""
    symbols: dict[str, str] = {}
    coding: dict[str, list[tuple[str, int, int]]] = {}
    for line in Path(gff).read_text().splitlines():
        if line.startswith("#"):
            continue
        chrom, _, kind, start, end, *_, said = line.split("\t")
        values = dict(entry.partition("=")[::2] for entry in said.split(";"))
        if kind == "gene":
            symbols[values["ID"]] = values["Name"]
        elif kind == "mRNA":
            symbols[values["ID"]] = symbols[values["Parent"]]
        elif kind == "CDS":
            place = (chrom, int(start) - 1, int(end))
            coding.setdefault(symbols[values["Parent"]], []).append(place)
    return Reference(fasta, gff, {gene: tuple(at) for gene, at in coding.items()})


def with_consequences(
    rows: Sequence[tuple[str, ...]], reference: Reference, panel: Panel
) -> list[tuple[str, ...]]:
    """
    Tell the effect of each row that has none.

    Parameters
    ----------
    rows
        In COLUMNS order, of one build and of any files.
    reference
        Of that build.
    panel
        Of that build: each gene's own transcripts.

    Returns
    -------
    list of tuples in COLUMNS order
        As many as `rows`, in their order. A row told has its allele left-aligned and
        trimmed. Without effect as before: alleles that are no bases, that lie where
        the reference has N, and genes that its GFF does not have.

    Raises
    ------
    VcfError
        If a REF is not what the reference has, or bcftools does not tell the effect of
        an allele in a coding exon.
    """
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    bare = [row for row in found if not row["consequence"]]
    with pysam.FastaFile(reference.fasta) as fasta:
        alleles = {key: None for row in bare if (key := _checked(row, fasta))}
        order = {name: n for n, name in enumerate(fasta.references)}
    if not alleles:
        return list(rows)
    sites = sorted(alleles, key=lambda site: (order[site[0]], *site[1:]))
    told = dict(zip(sites, _told(sites, reference), strict=True))
    with pysam.FastaFile(reference.fasta) as fasta:
        for row in bare:
            if site := _checked(row, fasta):
                row.update(_effect(row, told[site], reference, panel))
    return [tuple(row[name] for name in COLUMNS) for row in found]


def annotate(
    samples: Sequence[Mapping[str, str]],
    contents: Sequence[VcfContent],
    references: Mapping[str, Reference],
    panels: Mapping[str, Panel],
) -> list[VcfError]:
    """
    Tell, build by build, the effects that the files of many samples do not.

    Rows and checks of `contents`, one for each of `samples`, are replaced.

    Returns
    -------
    list of VcfError
        Of the builds that could not be told; their contents stay as they were.
    """
    errors = []
    for build, reference in references.items():
        here = [
            content
            for sample, content in zip(samples, contents, strict=True)
            if sample["genome_build"] == build
        ]
        rows = [row for content in here for row in content.rows]
        try:
            for content in here:
                content.checks = _proven(content, reference)
            told = with_consequences(rows, reference, panels[build])
        except VcfError as error:
            errors.append(error)
            continue
        for content in here:
            before, content.rows = content.rows, told[: len(content.rows)]
            told = told[len(before) :]
            content.checks = _told_checks(content, before)
    return errors


def _proven(content: VcfContent, reference: Reference) -> list[tuple[str, ...]]:
    """Confirm by the reference's bases a build that nothing else tells."""
    checks = content.checks
    if NOT_DETERMINABLE not in [check[2] for check in checks]:
        return checks
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in content.rows]
    with pysam.FastaFile(reference.fasta) as fasta:
        sites = {site for row in rows if (site := _checked(row, fasta))}
    bases = len(
        {(c, at) for c, pos, ref, _ in sites for at in range(pos, pos + len(ref))}
    )
    if 4**bases < _SURE:
        return checks
    build = rows[0]["genome_build"]
    message = f"REF agrees with the reference of {build} at {bases} bases"
    confirmed = (rows[0]["source"], "genome_build", "confirmed", message)
    return [confirmed if check[2] == NOT_DETERMINABLE else check for check in checks]


_SURE = 20  # fewer than 1 in 20 files of another sequence would agree by chance


def _told_checks(
    content: VcfContent, before: Sequence[tuple[str, ...]]
) -> list[tuple[str, ...]]:
    """Replace what was said of the annotation before csq told effects."""
    place = COLUMNS.index("consequence")
    bare = sum(not row[place] for row in before)
    if not bare:
        return content.checks
    told = bare - sum(not row[place] for row in content.rows)
    path = before[0][COLUMNS.index("source")]
    message = f"{told} of {bare} rows told by bcftools csq on the panel's reference"
    return [
        *(check for check in content.checks if check[1] != ANNOTATION),
        *annotation_check(path, content),
        (path, "consequence", "called", message),
    ]


_Site = tuple[str, int, str, str]


def _checked(row: Mapping[str, str], fasta: pysam.FastaFile) -> _Site | None:
    """Return an allele whose REF the reference confirms; None if it cannot say."""
    chrom, start = row["chrom"], int(row["pos"]) - 1
    ref, alt = row["ref"].upper(), row["alt"].upper()
    if chrom not in fasta.references or not _BASES.fullmatch(ref + alt):
        return None
    bases = fasta.fetch(chrom, start, start + len(ref))
    if len(bases) < len(ref) or not _KNOWN.fullmatch(bases):
        return None
    if ref[0] == alt[0] == "N":  # the base before an indel, which a MAF does not tell
        ref, alt = bases[0] + ref[1:], bases[0] + alt[1:]
    if ref != bases:
        raise VcfError(
            f"{row['source']}: genome build contradicted: REF is {ref} at "
            f"{chrom}:{row['pos']}, the reference of {row['genome_build']} has {bases}; "
            "correct genome_build or the reference"
        )
    return None if ref == alt or "N" in alt else (chrom, start + 1, ref, alt)


def _told(sites: Sequence[_Site], reference: Reference) -> list[_Site]:
    """Return each site left-aligned, with the text of BCSQ as a fifth element."""
    chroms = dict.fromkeys(site[0] for site in sites)
    with TemporaryDirectory() as folder:
        bare, aligned, called = (f"{folder}/{n}.vcf" for n in ("in", "norm", "csq"))
        header = ["##fileformat=VCFv4.2", *(f"##contig=<ID={name}>" for name in chroms)]
        header.append("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO")
        lines = [
            f"{chrom}\t{pos}\t{number}\t{ref}\t{alt}\t.\t.\t."
            for number, (chrom, pos, ref, alt) in enumerate(sites)
        ]
        Path(bare).write_text("\n".join([*header, *lines]) + "\n")
        fasta = ("-f", reference.fasta)
        bcftools("norm", *fasta, "-o", aligned, bare)
        bcftools("csq", *fasta, "-g", reference.gff, "-l", "-o", called, aligned)
        results = {number: site for number, site in _sites(called)}
    return [results[number] for number in range(len(sites))]


def bcftools(command: str, *arguments: str) -> None:
    """
    Run a command of the bcftools that pysam brings, in a process of its own.

    Raises
    ------
    RuntimeError
        If it fails, with what it said.
    """
    process = [sys.executable, "-c", _CALL, command, *arguments]
    ended = subprocess.run(process, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise RuntimeError(f"bcftools {command} failed: {ended.stderr.strip()[-2000:]}")


def _sites(path: str) -> Iterator[tuple[int, tuple]]:
    for line in Path(path).read_text().splitlines():
        if line.startswith("#"):
            continue
        chrom, pos, number, ref, alt, _, _, info = line.split("\t")[:8]
        values = dict(entry.partition("=")[::2] for entry in info.split(";"))
        yield int(number), (chrom, int(pos), ref, alt, values.get("BCSQ", ""))


def _effect(
    row: Mapping[str, str], site: tuple, reference: Reference, panel: Panel
) -> dict[str, str]:
    chrom, pos, ref, alt, text = site
    gene = row["gene"]
    moved = {"pos": str(pos), "ref": ref, "alt": alt}
    entries = bcsq_consequences(text, ref, [alt], 0) if text else []
    entry = chosen(entries, gene, panel.transcripts.get(gene, frozenset()))
    if entry is None:
        if gene not in reference.coding:
            return moved
        if _touches(reference.coding[gene], chrom, pos - 1, pos - 1 + len(ref)):
            raise VcfError(
                f"{row['source']}: {chrom}:{pos} {ref}>{alt} lies in a coding exon of "
                f"{gene} and bcftools csq tells no effect; check the GFF of the reference"
            )
        return {**moved, "consequence": NO_EFFECT}
    return {
        **moved,
        "transcript": entry.transcript,
        "consequence": entry.terms,
        "hgvsc": entry.hgvsc,
        "hgvsp": entry.hgvsp,
        "protein_change": protein_change(entry.hgvsp),
        "worst_elsewhere": worst_elsewhere(entries, gene, entry),
    }


def _touches(
    places: Iterable[tuple[str, int, int]], chrom: str, start: int, end: int
) -> bool:
    return any(
        name == chrom and low < end and start < high for name, low, high in places
    )
