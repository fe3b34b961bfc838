"""Depth, alternate reads and VAF as the callers write them; missing stays missing."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Support:
    """Reads behind one alternative allele; None is missing, never 0."""

    depth: int | None
    alt_reads: int | None
    vaf: float | None  # fraction of reads, 0-1
    alt_forward: int | None
    alt_reverse: int | None


def support(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int, n_alts: int
) -> Support:
    """
    Read the support of one allele.

    Parameters
    ----------
    sample
        FORMAT key: value of the tumour sample; empty without sample columns.
    info
        INFO key: value.
    alt_index, n_alts
        Position of the allele among the alternatives, from 0; their number.

    Returns
    -------
    Support
        VAF from AF, else VAF, FREQ (percent), alternate reads by depth of AD or
        AO/RO, else INFO/AF. GATK, Mutect2, VarDict, FreeBayes, VarScan, LoFreq.

    Raises
    ------
    ValueError
        If a VAF is above 1 without a percent sign.
    """
    depths = _integers(sample.get("AD", ""))
    observed = _integers(sample.get("AO", ""))
    alt_reads = _alt_reads(sample, depths, observed, alt_index)
    depths_said = (
        _integer(sample.get("DP", "")),
        _sum(depths, sample, observed),
        _integer(info.get("DP", "")),
    )
    depth = next((said for said in depths_said if said is not None), None)
    forward, reverse = _strands(sample, info, alt_index, n_alts)
    if alt_reads is None and not sample and forward is not None and reverse is not None:
        alt_reads = forward + reverse
    vaf = _stated_vaf(sample, info, alt_index, n_alts)
    if vaf is None:
        vaf = _computed_vaf(alt_reads, depths, sample, observed, depth)
    return Support(depth, alt_reads, vaf, forward, reverse)


def _integer(text: str) -> int | None:
    return int(text) if text.lstrip("-").isdigit() and int(text) >= 0 else None


def _integers(text: str) -> list[int | None]:
    return [_integer(part) for part in text.split(",")] if text else []


def _at(values: list, index: int):
    return values[index] if index < len(values) else None


def _alt_reads(
    sample: Mapping[str, str],
    depths: list[int | None],
    observed: list[int | None],
    alt_index: int,
) -> int | None:
    if "RD" in sample and len(depths) == 1:
        return depths[0]  # VarScan: AD is the alternate count, RD the reference
    if len(depths) > 1:
        return _at(depths, alt_index + 1)
    if observed:
        return _at(observed, alt_index)
    return _integer(sample.get("VD", ""))


def _sum(
    depths: list[int | None], sample: Mapping[str, str], observed: list[int | None]
) -> int | None:
    known = [depth for depth in depths if depth is not None]
    if len(depths) > 1 and known:
        return sum(known)
    reference = _integer(sample.get("RO", sample.get("RD", "")))
    alternate = [n for n in (observed or depths) if n is not None]
    return reference + sum(alternate) if reference is not None and alternate else None


def _strands(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int, n_alts: int
) -> tuple[int | None, int | None]:
    # SB and DP4 sum over all alternatives, so they describe one only if it is alone.
    counts = _integers(sample.get("SB", "")) or _integers(info.get("DP4", ""))
    if len(counts) == 4 and n_alts == 1:
        return counts[2], counts[3]
    return (
        _at(_integers(sample.get("ADF", "")), alt_index + 1),
        _at(_integers(sample.get("ADR", "")), alt_index + 1),
    )


def _stated_vaf(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int, n_alts: int
) -> float | None:
    percent = sample.get("FREQ", "")
    # VarScan writes a decimal comma where the computer's language has one.
    alone = n_alts == 1 and percent.count("%") == 1
    stated = {
        "AF": sample.get("AF", "").split(","),
        "VAF": sample.get("VAF", "").split(","),
        "FREQ": [percent] if alone else percent.split(","),
    }
    for parts in stated.values():
        if (value := _fraction(_at(parts, alt_index))) is not None:
            return value
    # INFO/AF of genotype callers is the frequency of genotypes, not of reads.
    if not sample and "DP4" in info:
        return _fraction(_at(info.get("AF", "").split(","), alt_index))
    return None


def _fraction(text: str | None) -> float | None:
    if not text or text == ".":
        return None
    percent = text.endswith("%")
    value = float(text.rstrip("%").replace(",", "."))
    value = value / 100 if percent else value
    if value > 1:
        raise ValueError(f"a VAF of {text} is above 1")
    return value


def _computed_vaf(
    alt_reads: int | None,
    depths: list[int | None],
    sample: Mapping[str, str],
    observed: list[int | None],
    depth: int | None,
) -> float | None:
    if alt_reads is None:
        return None
    total = _sum(depths, sample, observed) or depth
    return alt_reads / total if total else None
