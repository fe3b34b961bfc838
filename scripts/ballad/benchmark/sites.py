"""Where the SYNTHETIC variants lie and how VEP, SnpEff and bcftools annotate them."""

import csv
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

VEP_FIELDS = (
    *("Allele", "Consequence", "IMPACT", "SYMBOL", "Gene", "Feature_type", "Feature"),
    *("BIOTYPE", "EXON", "INTRON", "HGVSc", "HGVSp", "cDNA_position", "CDS_position"),
    *("Protein_position", "Amino_acids", "Codons", "Existing_variation", "DISTANCE"),
    *("STRAND", "FLAGS", "SYMBOL_SOURCE", "HGNC_ID", "MANE_SELECT", "gnomADe_AF"),
    "CLIN_SIG",
)
# Terms, impact and share among coding transcripts; about those of an exome.
_CODING = (
    ("missense_variant", "MODERATE", 46),
    ("synonymous_variant", "LOW", 40),
    ("frameshift_variant", "HIGH", 2),
    ("stop_gained", "HIGH", 1),
    ("splice_donor_variant", "HIGH", 1),
    ("splice_region_variant&intron_variant", "LOW", 3),
    ("inframe_deletion", "MODERATE", 1),
    ("3_prime_UTR_variant", "MODIFIER", 6),
)
_TERMS = [kind[:2] for kind in _CODING]
_SHARES = [kind[2] for kind in _CODING]
_RESIDUES = "Ala Arg Asn Asp Cys Gln Glu Gly His Ile Leu Lys Met Phe Pro Ser".split()
_PROTEIN = "protein_coding"
_BIOTYPES = (_PROTEIN, _PROTEIN, _PROTEIN, "retained_intron", "lncRNA")
BACKGROUND_GENES = 20_000
LONGEST = 1 << 21  # bases of an invented gene
EDGE = 1_000_000  # bases at the ends of a chromosome without invented genes


@dataclass(frozen=True)
class Gene:
    """A gene of the panel, or an invented one."""

    number: int
    symbol: str
    chrom: str  # with chr
    exons: tuple[tuple[int, int], ...]  # 0-based, half open
    transcripts: tuple[str, ...]  # the panel's own first
    mane: str  # RefSeq name of the first transcript; empty: none


# Gene, allele and transcript by number, terms, impact, biotype, HGVS c. and p.
Entry = tuple[Gene, int, int, str, str, str, str, str]


@dataclass(frozen=True)
class Site:
    """One record without its sample."""

    chrom: str
    pos: int  # 1-based
    ref: str
    alts: tuple[str, ...]
    entries: tuple[Entry, ...]
    frequency: str

    @property
    def head(self) -> str:
        """The first five columns."""
        number = f"rs{self.pos * 7 + len(self.ref)}" if self.pos % 11 else "."
        return "\t".join(
            (self.chrom, str(self.pos), number, self.ref, ",".join(self.alts))
        )


def panel_genes(cds: Path, genes: Path) -> list[Gene]:
    """Take the panel's genes from its own tables, with their real exons."""
    exons: dict[str, list[tuple[str, int, int]]] = {}
    with cds.open(encoding="utf-8") as lines:
        for line in lines:
            chrom, start, end, name = line.split("\t")[:4]
            exons.setdefault(name.split("|")[0], []).append(
                (chrom, int(start), int(end))
            )
    with genes.open(encoding="utf-8", newline="") as lines:
        table = {row["symbol"]: row for row in csv.DictReader(lines, delimiter="\t")}
    return [
        Gene(
            number,
            symbol,
            places[0][0],
            tuple(sorted((start, end) for _, start, end in places)),
            (
                table[symbol]["mane_select_enst"],
                *_other_transcripts(number, number % 10),
            ),
            table[symbol]["mane_select_nm"],
        )
        for number, (symbol, places) in enumerate(sorted(exons.items()))
    ]


def _other_transcripts(number: int, count: int) -> tuple[str, ...]:
    return tuple(f"ENST9{number:06d}{n:04d}.{n % 4 + 1}" for n in range(count))


def background_genes(lengths: Mapping[str, int], seed: int) -> list[Gene]:
    """Invent genes with exons all over the chromosomes."""
    chance = random.Random(f"genes {seed}")
    total = sum(lengths.values())
    genes: list[Gene] = []
    for chrom, length in lengths.items():
        for _ in range(BACKGROUND_GENES * length // total):
            start = chance.randrange(EDGE, length - EDGE - LONGEST)
            span = min(LONGEST, int(chance.lognormvariate(10.1, 1.2)) + 1500)
            count = chance.randrange(2, 16)
            begins = sorted(start + chance.randrange(span) for _ in range(count))
            exons = tuple((begin, begin + 150) for begin in begins)
            number = 1000 + len(genes)
            names = _other_transcripts(number, chance.randrange(1, 11))
            genes.append(Gene(number, f"GENE{number}", chrom, exons, names, "NM_0"))
    return genes


def coding_sites(genes: Sequence[Gene], per_gene: int, seed: int) -> Iterator[Site]:
    """Draw sites on and beside the exons of each gene."""
    chance = random.Random(f"sites {seed} {per_gene}")
    for gene in genes:
        for _ in range(per_gene):
            start, end = chance.choice(gene.exons)
            yield site(gene, chance.randrange(start - 30, end + 30), chance)


def site(gene: Gene | None, pos: int, chance: random.Random) -> Site:
    """Draw alleles and consequences of one position."""
    ref = chance.choice("ACGT")
    alts: tuple[str, ...] = (chance.choice("ACGT".replace(ref, "")),)
    kind = chance.random()
    if kind < 0.06:
        alts = (ref,)
        ref += "".join(chance.choices("ACGT", k=chance.randrange(1, 4)))
    elif kind < 0.11:
        alts = (ref + "".join(chance.choices("ACGT", k=chance.randrange(1, 5))),)
    elif kind < 0.13:
        alts = tuple(chance.sample("ACGT".replace(ref, ""), 2))
    frequency = "" if chance.random() > 0.9 else f"{chance.random() ** 6:.4g}"
    entries = [] if gene is None else _entries(gene, alts, chance)
    return Site(gene.chrom if gene else "", pos, ref, alts, tuple(entries), frequency)


def _entries(gene: Gene, alts: tuple[str, ...], chance: random.Random) -> list[Entry]:
    entries: list[Entry] = []
    for allele in range(len(alts)):
        for number in range(len(gene.transcripts)):
            biotype = _BIOTYPES[(gene.number + number) % 5] if number else _PROTEIN
            terms, impact = chance.choices(_TERMS, _SHARES)[0]
            base = chance.randrange(20, 3000)
            coding, protein = f"c.{base}N>{alts[allele]}", ""
            if biotype != _PROTEIN:
                terms, impact = "non_coding_transcript_exon_variant", "MODIFIER"
                coding = f"n.{base}N>{alts[allele]}"
            elif "splice" not in terms and "UTR" not in terms:
                before, after = chance.sample(_RESIDUES, 2)
                after = "%3D" if terms.startswith("syn") else after
                protein = f"p.{before}{base // 3}{after}"
            entries.append(
                (gene, allele, number, terms, impact, biotype, coding, protein)
            )
    return entries


def vep(site: Site) -> str:
    """Write VEP's CSQ: the shared first base of an indel is removed from Allele."""
    trimmed = any(len(alt) != len(site.ref) for alt in site.alts)
    names = [(alt[1:] or "-") if trimmed else alt for alt in site.alts]
    if not site.entries:
        empty = "|" * (len(VEP_FIELDS) - 5)
        return ",".join(
            f"{name}|intergenic_variant|MODIFIER|{empty}{site.frequency}|"
            for name in names
        )
    return ",".join(_vep_entry(site, names, *entry) for entry in site.entries)


def _vep_entry(
    site: Site,
    names: Sequence[str],
    gene: Gene,
    allele: int,
    number: int,
    terms: str,
    impact: str,
    biotype: str,
    coding: str,
    protein: str,
) -> str:
    transcript = gene.transcripts[number]
    place = coding[2:].partition("N")[0]
    protein = f"ENSP{gene.number:011d}.1:{protein}" if protein else ""
    codon = f"{int(place) // 3}|A/V|gCa/gTa" if protein else "||"
    mane = gene.mane if number == 0 else ""
    return (
        f"{names[allele]}|{terms}|{impact}|{gene.symbol}|ENSG{gene.number:011d}"
        f"|Transcript|{transcript}|{biotype}|{number + 1}/12||{transcript}:{coding}"
        f"|{protein}|{place}|{place}|{codon}|rs{site.pos}||1||HGNC"
        f"|HGNC:{gene.number}|{mane}|{site.frequency}|"
    )


def snpeff(site: Site) -> str:
    """Write SnpEff's ANN, the last ALT first: it keeps no order."""
    return ",".join(
        f"{site.alts[allele]}|{terms}|{impact}|{gene.symbol}|ENSG{gene.number:011d}"
        f"|transcript|{gene.transcripts[number]}|{biotype}|{number + 1}/12|{coding}"
        f"|{protein.replace('%3D', '=')}|1/9|1/9|1/3||"
        for gene, allele, number, terms, impact, biotype, coding, protein in reversed(
            site.entries
        )
    )


def bcsq(site: Site) -> str:
    """Write the BCSQ of bcftools csq: short terms, the DNA change names the allele."""
    return ",".join(
        f"{terms.split('&')[0].removesuffix('_variant')}|{gene.symbol}"
        f"|{gene.transcripts[number]}|{biotype}|+|12A>12V"
        f"|{site.pos}{site.ref}>{site.alts[allele]}"
        for gene, allele, number, terms, _, biotype, _, _ in site.entries
    )
