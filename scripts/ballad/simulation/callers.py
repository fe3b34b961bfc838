"""How variant callers write the reads of a SYNTHETIC site."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from ballad.simulation.variant_files import STRAND, WEAK, Site

# How each caller names the two faults of passengers; LoFreq and FreeBayes name none.
FAULTS = {
    "Mutect2": {WEAK: "weak_evidence", STRAND: "strand_bias"},
    "VarDict": {WEAK: "q22.5", STRAND: "pSTD"},
    "Strelka2": {WEAK: "LowEVS", STRAND: "LowEVS"},
    "VarScan": {WEAK: "RefReadPos", STRAND: "str10"},
    "LoFreq": {WEAK: "PASS", STRAND: "PASS"},
    "FreeBayes": {"PASS": ".", WEAK: ".", STRAND: "."},
}
_INTEGER = '##{kind}=<ID={name},Number={number},Type=Integer,Description="{text}">'
_DP = _INTEGER.format(kind="INFO", name="DP", number=1, text="Depth")


def part_of(site: Site) -> str:
    """Name the file of Strelka2 in which a site stands."""
    allele = site.alternatives[0].allele
    return "snvs" if len(allele.ref) == len(allele.alt) else "indels"


def _genotype(site: Site) -> str:
    if not any(found.reads for found in site.alternatives):
        return "0/0"
    homozygous = site.alternatives[0].reads > 0.9 * site.depth
    return (
        "1/1" if homozygous else "/".join(map(str, range(len(site.alternatives) + 1)))
    )


def _joined(numbers: Iterable[int]) -> str:
    return ",".join(map(str, numbers))


def _mutect2(site: Site) -> tuple[str, str, str]:
    reads = [found.reads for found in site.alternatives]
    alt, forward = sum(reads), sum(found.forward for found in site.alternatives)
    strands = _joined(
        (site.ref_forward, site.ref_reads - site.ref_forward, forward, alt - forward)
    )
    values = (
        _genotype(site),
        _joined((site.ref_reads, *reads)),
        ",".join(f"{n / site.depth:.4f}" for n in reads),
        str(site.depth),
        strands,
    )
    return f"DP={site.depth}", "GT:AD:AF:DP:SB", ":".join(values)


def _vardict(site: Site) -> tuple[str, str, str]:
    (found,) = site.alternatives
    fraction = f"{found.reads / site.depth:.4f}"
    values = (
        _genotype(site),
        str(site.depth),
        str(found.reads),
        _joined((site.ref_reads, found.reads)),
        fraction,
        _joined((site.ref_forward, site.ref_reads - site.ref_forward)),
        _joined((found.forward, found.reads - found.forward)),
    )
    info = f"DP={site.depth};VD={found.reads};AF={fraction}"
    return info, "GT:DP:VD:AD:AF:RD:ALD", ":".join(values)


def _strelka2(site: Site) -> tuple[str, str, str]:
    (found,) = site.alternatives
    allele = found.allele
    if part_of(site) == "indels":
        tiers = (site.ref_reads, found.reads, 0)
        values = (site.depth, site.depth, *(f"{n},{n}" for n in tiers))
        return "SOMATIC", "DP:DP2:TAR:TIR:TOR", ":".join(map(str, values))
    counts = {allele.ref: site.ref_reads, allele.alt: found.reads}
    bases = [f"{counts.get(base, 0)},{counts.get(base, 0)}" for base in "ACGT"]
    values = (site.depth, 0, 0, 0, *bases)
    return "SOMATIC", "DP:FDP:SDP:SUBDP:AU:CU:GU:TU", ":".join(map(str, values))


def _lofreq(site: Site) -> tuple[str, str, str]:
    (found,) = site.alternatives
    strands = _joined(
        (
            *(site.ref_forward, site.ref_reads - site.ref_forward),
            *(found.forward, found.reads - found.forward),
        )
    )
    fraction = f"{found.reads / site.depth:.6f}"
    return f"DP={site.depth};AF={fraction};SB=0;DP4={strands}", "", ""


def _varscan(site: Site) -> tuple[str, str, str]:
    (found,) = site.alternatives
    values = (
        *(_genotype(site), site.depth, site.depth, site.ref_reads, found.reads),
        f"{100 * found.reads / site.depth:.2f}%",
        *(site.ref_forward, site.ref_reads - site.ref_forward),
        *(found.forward, found.reads - found.forward),
    )
    keys = "GT:SDP:DP:RD:AD:FREQ:RDF:RDR:ADF:ADR"
    return f"ADP={site.depth}", keys, ":".join(map(str, values))


def _freebayes(site: Site) -> tuple[str, str, str]:
    reads = [found.reads for found in site.alternatives]
    values = (
        *(_genotype(site), site.depth, _joined((site.ref_reads, *reads))),
        *(site.ref_reads, _joined(reads)),
    )
    forward = _joined(found.forward for found in site.alternatives)
    back = _joined(found.reads - found.forward for found in site.alternatives)
    info = f"DP={site.depth};SAF={forward};SAR={back}"
    return info, "GT:DP:AD:RO:AO", ":".join(map(str, values))


@dataclass(frozen=True)
class Caller:
    """What a caller's files have of their own."""

    fields: Callable[[Site], tuple[str, str, str]]  # INFO, FORMAT, values
    header: tuple[str, ...]
    filters: tuple[str, ...] = ()
    parts: tuple[str, ...] = ("",)
    joint: bool = False  # alternatives of one place stand in one record


def _declared(*fields: tuple[str, str, str, str]) -> tuple[str, ...]:
    return tuple(
        f'##{kind}=<ID={name},Number={number},Type={form},Description="{name}">'
        for kind, name, number, form in fields
    )


def _format(text: str) -> tuple[str, ...]:
    """Declare ``AD:R:Integer AF:A:Float`` as FORMAT."""
    return _declared(
        *(("FORMAT", *(field.split(":"))) for field in text.split())  # type: ignore[arg-type]
    )


_GT = "GT:1:String DP:1:Integer "
CALLERS = {
    "Mutect2": Caller(
        _mutect2,
        (_DP, *_format(f"{_GT}AD:R:Integer AF:A:Float SB:4:Integer")),
        ("weak_evidence", "strand_bias", "germline", "clustered_events"),
        joint=True,
    ),
    "VarDict": Caller(
        _vardict,
        (
            _DP,
            *_declared(("INFO", "VD", "1", "Integer"), ("INFO", "AF", "A", "Float")),
            *_format(
                f"{_GT}VD:1:Integer AD:R:Integer AF:A:Float RD:2:Integer ALD:2:Integer"
            ),
        ),
        ("q22.5", "pSTD"),
    ),
    "Strelka2": Caller(
        _strelka2,
        (
            *_declared(("INFO", "SOMATIC", "0", "Flag")),
            *_format(
                "DP:1:Integer FDP:1:Integer SDP:1:Integer SUBDP:1:Integer AU:2:Integer "
                "CU:2:Integer GU:2:Integer TU:2:Integer DP2:1:Integer TAR:2:Integer "
                "TIR:2:Integer TOR:2:Integer"
            ),
        ),
        ("LowEVS",),
        ("snvs", "indels"),
    ),
    "LoFreq": Caller(
        _lofreq,
        (
            _DP,
            *_declared(
                ("INFO", "AF", "1", "Float"),
                ("INFO", "SB", "1", "Integer"),
                ("INFO", "DP4", "4", "Integer"),
            ),
        ),
    ),
    "VarScan": Caller(
        _varscan,
        (
            *_declared(("INFO", "ADP", "1", "Integer")),
            *_format(
                f"{_GT}SDP:1:Integer RD:1:Integer AD:1:Integer FREQ:1:String "
                "RDF:1:Integer RDR:1:Integer ADF:1:Integer ADR:1:Integer"
            ),
        ),
        ("str10", "RefReadPos"),
    ),
    "FreeBayes": Caller(
        _freebayes,
        (
            _DP,
            *_declared(
                ("INFO", "SAF", "A", "Integer"), ("INFO", "SAR", "A", "Integer")
            ),
            *_format(f"{_GT}AD:R:Integer RO:1:Integer AO:A:Integer"),
        ),
        joint=True,
    ),
}
