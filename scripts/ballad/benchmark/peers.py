"""The same job by bcftools, and its rows in the form of ours."""

import csv
import subprocess
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

DAMAGING = (
    *("missense_variant", "frameshift_variant", "stop_gained"),
    *("splice_donor_variant", "inframe_deletion"),
)
MIN_DEPTH, MIN_VAF, MAX_FREQUENCY = 10, 0.2, 0.01
_FIELDS = (
    *("SYMBOL", "Consequence", "IMPACT", "Feature", "HGVSc", "HGVSp"),
    *("gnomADe_AF:Float", "CLIN_SIG", "MANE_SELECT", "Existing_variation"),
)
PROGRAMS = {"bcftools": "bcftools", "tabix": "tabix", "bgzip": "tabix"}  # Debian's


def job_script(genes: Iterable[str]) -> str:
    """
    Write the job as a shell script: selection, VCF, output.

    PASS, depth, VAF; per transcript gene, consequence and population frequency.
    """
    symbols = " || ".join(f'SYMBOL=="{gene}"' for gene in sorted(genes))
    terms = " || ".join(f'Consequence~"{term}"' for term in DAMAGING)
    wanted = (
        f'({terms}) && (gnomADe_AF<{MAX_FREQUENCY} || gnomADe_AF=".") && ({symbols})'
    )
    columns = "\\t".join(f"%{field.partition(':')[0]}" for field in _FIELDS)
    reads = f"FMT/DP>={MIN_DEPTH} && FMT/AD[*:1]/FMT/DP>={MIN_VAF}"
    place = "%CHROM\\t%POS\\t%REF\\t%ALT\\t%QUAL\\t%FILTER[\\t%GT\\t%DP\\t%AD]"
    return (
        "set -eo pipefail\n"
        f"bcftools view -f PASS $1 -i '{reads}' -Ou $2 | bcftools +split-vep -d "
        f"-c {','.join(_FIELDS)} -i '{wanted}' -f '{place}\\t{columns}\\n' > $3\n"
    )


def read_records(vcf: Path, bed: Path) -> Iterator[tuple]:
    """Yield per sample and allele with reads: place, alleles, FILTER, depth, reads, VAF."""
    form = "%CHROM\\t%POS\\t%REF\\t%ALT\\t%FILTER[\\t%SAMPLE=%DP=%AD]\\n"
    for line in _lines(vcf, bed, ["query", "-f", form]):
        chrom, pos, ref, alts, filters, *samples = line.split("\t")
        for cell in samples:
            sample, depth, reads = cell.split("=")
            counts = [int(n) for n in reads.split(",")]
            for number, alt in enumerate(alts.split(","), 1):
                if counts[number]:
                    vaf = f"{counts[number] / sum(counts):.10g}"
                    place = (sample, chrom.removeprefix("chr"), pos, ref, alt)
                    yield (*place, filters, depth, str(counts[number]), vaf)


def read_annotations(
    vcf: Path, bed: Path, speakers: Mapping[str, str]
) -> Iterator[tuple]:
    """Yield per allele the annotation on the panel's own transcripts (by gene)."""
    names = "SYMBOL Feature Consequence HGVSc HGVSp gnomADe_AF".split()
    form = "\\t".join(
        f"%{name}" for name in ["CHROM", "POS", "REF", "ALT", "Allele", *names]
    )
    columns = ",".join(["Allele", *names])
    command = ["+split-vep", "-d", "-c", columns, "-f", f"{form}\\n"]
    for line in _lines(vcf, bed, command):
        chrom, pos, ref, alts, allele, gene, transcript, *told = line.split("\t")
        if speakers.get(gene) != transcript:
            continue
        terms, coding, protein, frequency = ("" if t == "." else t for t in told)
        yield (
            *(chrom.removeprefix("chr"), pos, ref, _alt(ref, alts.split(","), allele)),
            *(gene, transcript, terms, coding.rpartition(":")[2]),
            unquote(protein.rpartition(":")[2]),
            f"{float(frequency):.6g}" if frequency else "",
        )


def _alt(ref: str, alts: Sequence[str], allele: str) -> str:
    """Find the ALT that VEP names without the base it shares with REF."""
    if any(len(alt) != len(ref) for alt in alts):
        return next(alt for alt in alts if (alt[1:] or "-") == allele)
    return allele


def _lines(vcf: Path, bed: Path, command: Sequence[str]) -> Iterator[str]:
    # A target is found by reading the whole file: no index is believed here.
    view = [
        "bcftools",
        "view",
        "-T",
        str(bed),
        "--targets-overlap",
        "1",
        "-Ou",
        str(vcf),
    ]
    with (
        subprocess.Popen(view, stdout=subprocess.PIPE) as selected,
        subprocess.Popen(
            ["bcftools", *command],
            stdin=selected.stdout,
            stdout=subprocess.PIPE,
            text=True,
        ) as told,
    ):
        assert told.stdout is not None
        for line in told.stdout:
            yield line.rstrip("\n")
    if selected.returncode or told.returncode:
        raise OSError(f"bcftools failed on {vcf}")


def our_rows(path: Path) -> list[dict[str, str]]:
    """Read the rows that the reader wrote."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def differences(
    rows: Sequence[Mapping[str, str]],
    vcfs: Mapping[str, Path],
    bed: Path,
    speakers: Mapping[str, str],
    workers: int,
) -> list[str]:
    """
    Compare keys and values of all rows of the panel with bcftools'.

    The annotation is compared where VEP wrote it; split-vep reads no ANN and does not
    translate the terms of BCSQ, so that there alleles, FILTER and reads are compared.

    Parameters
    ----------
    rows
        Ours; `sample` is the column's name.
    vcfs
        By file, as named in the column source.
    bed
        Regions of the panel.
    speakers
        By gene: the transcript that speaks for it.
    workers
        Files compared at the same time.

    Returns
    -------
    list of str
        At most a few of the differences; empty if there are none.
    """
    here: dict[str, list[Mapping[str, str]]] = {source: [] for source in vcfs}
    for row in rows:
        here[row["source"]].append(row)

    def compare(source: str) -> list[str]:
        vcf, ours = vcfs[source], here[source]
        found = _set_difference(vcf, _our_records(ours), set(read_records(vcf, bed)))
        if _by_vep(vcf):
            told = set(read_annotations(vcf, bed, speakers))
            annotated, genes = _our_annotations(ours)
            theirs = {row for row in told if row[:5] in genes}
            found += _set_difference(vcf, annotated, theirs)
        return found

    with ThreadPoolExecutor(workers) as pool:
        return [line for found in pool.map(compare, vcfs) for line in found]


def _by_vep(vcf: Path) -> bool:
    command = ["bcftools", "view", "-h", str(vcf)]
    header = subprocess.run(command, check=True, capture_output=True, text=True)
    return "##INFO=<ID=CSQ," in header.stdout


def _our_records(rows: Iterable[Mapping[str, str]]) -> set[tuple]:
    names = (
        "sample",
        "chrom",
        "pos",
        "ref",
        "alt",
        "filter",
        "depth",
        "alt_reads",
        "vaf",
    )
    return {
        tuple(row[name] for name in names) for row in rows if row["alt_reads"] != "0"
    }


def _our_annotations(
    rows: Iterable[Mapping[str, str]],
) -> tuple[set[tuple], set[tuple]]:
    """Our annotations, and all pairs of allele and gene, annotated or not."""
    names = (
        *("chrom", "pos", "ref", "alt", "gene", "transcript", "consequence"),
        *("hgvsc", "hgvsp"),
    )
    ours, genes = set(), set()
    for row in rows:
        frequency = row["population_af"]
        cells = tuple(row[name] for name in names)
        genes.add(cells[:5])
        if row["transcript"]:
            ours.add((*cells, f"{float(frequency):.6g}" if frequency else ""))
    return ours, genes


def _set_difference(vcf: Path, ours: set[tuple], theirs: set[tuple]) -> list[str]:
    shown = [f"{vcf}: only ours: {row}" for row in sorted(ours - theirs)[:3]]
    return shown + [f"{vcf}: only bcftools: {row}" for row in sorted(theirs - ours)[:3]]
