"""SYNTHETIC VCFs in the dialects of callers and annotators, builds and containers."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pysam
import pysam.bcftools

from ballad.simulation.annotations import HEADERS, annotation
from ballad.simulation.biology import Patient
from ballad.simulation.callers import CALLERS, FAULTS, Caller, part_of
from ballad.simulation.design import Design
from ballad.simulation.variant_files import Alternative, Site, write_gzip

CHOICES = ("annotator", "build", "contigs", "caller", "normal", "container", "fusions")
ENDINGS = {"indexed": "vcf.gz", "bgzip": "vcf.gz", "gzip": "vcf.gz", "plain": "vcf"}
ENDINGS["bcf"] = "bcf"


@dataclass(frozen=True)
class Form:
    """In which dialect the files of one patient are written."""

    annotator: str  # CSQ, ANN, BCSQ
    build: str
    contigs: str  # chr, bare
    caller: str
    normal: str  # with, without: a column of normal tissue, Mutect2 alone
    container: str  # indexed, bgzip, gzip, plain, bcf
    fusions: str  # arriba, star_fusion, fusioncatcher

    @property
    def decoys(self) -> list[str]:
        """Name the decoys that a dialect is."""
        percent = ["D17_percent"] if self.caller == "VarScan" else []
        return [*percent, *(["D17_contigs"] if self.contigs == "bare" else [])]


def simulate_forms(
    rng: np.random.Generator, patients: list[Patient], design: Design
) -> list[Form]:
    """
    Draw a dialect for each patient.

    A planted FILTER and a site of two alternatives are Mutect2's, without a normal
    sample; a confidence is Arriba's.
    """
    found = []
    for patient in patients:
        drawn = {choice: _drawn(rng, design.dialects[choice]) for choice in CHOICES}
        if any(_mutect_alone(v.filters, v.allele.role) for v in patient.variants):
            drawn |= {"caller": "Mutect2", "normal": "without"}
        if patient.extras.weak_fusion:
            drawn["fusions"] = "arriba"
        found.append(Form(**drawn))
    return found


def _mutect_alone(filters: str, role: str) -> bool:
    return filters != "PASS" or role == "tp53_second_alt"


def _drawn(rng: np.random.Generator, shares: Mapping[str, float]) -> str:
    weights = np.array(list(shares.values()))
    place = np.searchsorted(np.cumsum(weights) / weights.sum(), rng.random(), "right")
    return list(shares)[min(int(place), len(shares) - 1)]


def vcf_texts(
    sites: list[Site],
    sample: str,
    form: Form,
    design: Design,
    genes: Mapping[str, Mapping[str, str]],
    offsets: Mapping[str, int],
) -> dict[str, str]:
    """
    Write the VCFs of a sample.

    Parameters
    ----------
    offsets
        Gene: what is added to a position of GRCh38 in the build of the file.

    Returns
    -------
    dict of part: text
        Strelka2 writes snvs and indels apart, the others one file (part empty).
    """
    caller = CALLERS[form.caller]
    lengths = design.chromosomes if form.build == "GRCh38" else design.lengths_37
    bare = form.contigs == "bare"
    contigs = [
        f"##contig=<ID={_contig(chrom, bare)},length={length},assembly={form.build}>"
        for chrom, length in lengths.items()
    ]
    columns = ["#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"]
    names = _sample_names(sample, form)
    head = [
        "##fileformat=VCFv4.2",
        "##SYNTHETIC=invented patient of the ballad example; no real person",
        f"##source={form.caller}",
        '##FILTER=<ID=PASS,Description="All filters passed">',
        *(
            f'##FILTER=<ID={name},Description="{form.caller} filter">'
            for name in caller.filters
        ),
        HEADERS[form.annotator],
        *caller.header,
        *contigs,
        *_sample_header(sample, form),
        "\t".join([*columns, *(["FORMAT", *names] if names else [])]),
    ]
    parts: dict[str, list[str]] = {part: [] for part in caller.parts}
    for site in sites:
        for alone in [site] if caller.joint else _apart(site):
            part = part_of(alone) if len(parts) > 1 else ""
            parts[part].append(_record(alone, form, genes, offsets, caller))
    return {part: "\n".join([*head, *lines]) + "\n" for part, lines in parts.items()}


def _contig(chrom: str, bare: bool) -> str:
    return chrom.removeprefix("chr") if bare else chrom


def _sample_names(sample: str, form: Form) -> list[str]:
    if form.caller == "Strelka2":
        return ["NORMAL", "TUMOR"]
    if form.caller == "LoFreq":
        return []
    if form.caller == "VarScan":
        return ["Sample1"]
    paired = form.caller == "Mutect2" and form.normal == "with"
    return [f"{sample}-N", sample] if paired else [sample]


def _sample_header(sample: str, form: Form) -> list[str]:
    if form.caller != "Mutect2":
        return []
    normal = [f"##normal_sample={sample}-N"] if form.normal == "with" else []
    return [*normal, f"##tumor_sample={sample}"]


def _apart(site: Site) -> list[Site]:
    return [
        Site((found,), site.depth, site.ref_forward, site.filters, site.germline)
        for found in site.alternatives
    ]


def _record(
    site: Site,
    form: Form,
    genes: Mapping[str, Mapping[str, str]],
    offsets: Mapping[str, int],
    caller: Caller,
) -> str:
    first = site.alternatives[0].allele
    pos = first.pos + offsets[first.gene]
    entries = [
        annotation(
            form.annotator, found.allele, genes[first.gene], found.population, pos
        )
        for found in site.alternatives
    ]
    info, keys, tumour = caller.fields(site)
    info = ";".join(filter(None, [info, f"{form.annotator}={','.join(entries)}"]))
    filters = FAULTS[form.caller].get(site.filters, site.filters)
    cells = [
        _contig(first.chrom, form.contigs == "bare"),
        *(str(pos), ".", first.ref),
        ",".join(found.allele.alt for found in site.alternatives),
        *(".", filters, info),
    ]
    if keys:
        cells.append(keys)
        if form.caller == "Strelka2" or (form.normal, form.caller) == (
            "with",
            "Mutect2",
        ):
            cells.append(caller.fields(_normal(site))[2])
        cells.append(tumour)
    return "\t".join(cells)


def _normal(site: Site) -> Site:
    """Return the site in normal tissue: half the depth, germline alleles alone."""
    depth = max(site.depth // 2, 1)
    share = depth / site.depth if site.germline else 0.0
    found = tuple(
        Alternative(
            a.allele, int(a.reads * share), int(a.forward * share), a.population
        )
        for a in site.alternatives
    )
    ref = depth - sum(a.reads for a in found)
    return Site(found, depth, min(site.ref_forward // 2, ref), site.filters, True)


def write_vcf(text: str, folder: Path, name: str, container: str) -> str:
    """Write a VCF in its container; return the name of the file in the folder."""
    path = folder / f"{name}.{ENDINGS[container]}"
    if container == "gzip":
        write_gzip(text, path)
        return path.name
    plain = folder / f"{name}.vcf"
    plain.write_text(text, encoding="utf-8")
    if container in ("indexed", "bgzip"):
        pysam.tabix_compress(str(plain), str(path), force=True)
    elif container == "bcf":
        # Without its version line: the same seed writes the same bytes.
        # VarScan and LoFreq declare AD and AF in their own way, which htslib tells.
        told = pysam.set_verbosity(0)
        pysam.bcftools.view(
            "--no-version", "-Ob", "-o", str(path), str(plain), catch_stdout=False
        )
        pysam.set_verbosity(told)
    if plain != path:
        plain.unlink()
    if container == "indexed":
        pysam.tabix_index(str(path), preset="vcf", force=True)
    return path.name
