"""Depth, alternate reads and VAF as the callers write them; missing stays missing."""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ballad.variants.fractions import fraction, listed

# VarScan writes 12.5%, and 12,5% where the decimal sign is a comma.
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)%")


class Support(NamedTuple):
    """Reads behind one alternative allele; None is missing, never 0."""

    depth: int | None
    alt_reads: int | None
    vaf: float | None  # fraction of reads, 0-1
    alt_forward: int | None
    alt_reverse: int | None


class _Counts(NamedTuple):
    """Reads of one allele and of all; None: not counted under these keys."""

    alt_reads: int | None
    total: int | None


def support(
    sample: Mapping[str, str],
    info: Mapping[str, str],
    alt_index: int,
    n_alts: int,
    ref: str = "",
    alts: Sequence[str] = (),
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
    ref, alts
        Alleles of the record; only callers that count bases (Strelka,
        SomaticSniper) need them.

    Returns
    -------
    Support
        VAF from AF, else VAF, VF (Pisces), FREQ (percent), alternate reads by all
        reads of AD, AO/RO, Strelka's first tier or DP4, else FA (MuTect1); without
        sample columns INFO/AF (LoFreq). GATK, Mutect2, MuTect1, TNscope, DeepVariant,
        bcftools, VarDict, FreeBayes, VarScan, LoFreq, Strelka, Ion TVC, Pisces,
        SomaticSniper, MuSE, RADIA, Pindel.

    Raises
    ------
    ValueError
        If a VAF is no fraction: above 1 without a percent sign, below 0, or written
        with a decimal comma where a comma parts alleles.
    """
    alleles = (ref, alts[alt_index] if alts else "")
    counts = _counts(sample, alt_index, n_alts, *alleles)
    forward, reverse = _strands(sample, info, alt_index, n_alts)
    alt_reads = counts.alt_reads
    if alt_reads is None and not sample and forward is not None and reverse is not None:
        alt_reads = forward + reverse
    # Ion Torrent's flow-corrected counts go with their own depth.
    depth = _integer(sample.get("FDP", "")) if "FAO" in sample else None
    if depth is None:
        depth = _integer(sample.get("DP", ""))
    if depth is None:
        depth = counts.total
    if depth is None:
        depth = _integer(info.get("DP", ""))
    vaf = _stated_vaf(sample, info, alt_index, n_alts)
    if vaf is None:
        vaf = _computed_vaf(alt_reads, counts.total or depth)
    if vaf is None:
        fractions = listed(sample.get("FA", ""), "FA", n_alts)
        vaf = fraction(_at(fractions, alt_index), "FA")
    return Support(depth, alt_reads, vaf, forward, reverse)


def support_in_normal(
    sample: Mapping[str, str],
    alt_index: int,
    n_alts: int,
    ref: str,
    alts: Sequence[str],
) -> tuple[int | None, float | None]:
    """
    Read depth and VAF of one allele in a matched normal, by its counted reads.

    Mutect2's AF is a posterior: without an alternate read it is about 1/(depth + 2),
    not 0. A fraction that is stated counts only where no reads are.

    Parameters
    ----------
    sample, alt_index, n_alts, ref, alts
        As `support` has them; INFO sums over both samples, so it describes neither.

    Raises
    ------
    ValueError
        As `support`.
    """
    reads = support(sample, {}, alt_index, n_alts, ref, alts)
    if reads.alt_reads == 0:
        return reads.depth, 0.0
    total = _counts(sample, alt_index, n_alts, ref, alts[alt_index]).total
    counted = _computed_vaf(reads.alt_reads, total or reads.depth)
    return reads.depth, reads.vaf if counted is None else counted


def _integer(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _integers(text: str) -> list[int | None]:
    return [_integer(part) for part in text.split(",")] if text else []


def _at(values: list, index: int):
    return values[index] if 0 <= index < len(values) else None


def _total(*parts: int | None) -> int | None:
    known = [part for part in parts if part is not None]
    # The known ones alone would make a VAF too high.
    return sum(known) if len(known) == len(parts) else None


def _counts(
    sample: Mapping[str, str], alt_index: int, n_alts: int, ref: str, alt: str
) -> _Counts:
    depths = _integers(sample.get("AD", ""))
    if "FAO" in sample:
        flow = _integers(sample["FAO"])
        total = _integer(sample.get("FDP", ""))
        if _at(flow, alt_index) is not None:
            return _Counts(_at(flow, alt_index), total)
    if len(depths) == 1 and "RD" in sample:
        # VarScan: AD is the alternate count, RD the reference.
        return _Counts(depths[0], _total(_integer(sample["RD"]), depths[0]))
    # A count per allele of the record; a splitting tool that left those of all alleles
    # says no longer which is whose.
    if len(depths) == n_alts + 1:
        return _Counts(_at(depths, alt_index + 1), _total(*depths))
    if observed := _integers(sample.get("AO", "")):
        total = _total(_integer(sample.get("RO", "")), *observed)
        return _Counts(_at(observed, alt_index), total)
    for counted in (_strelka_bases, _strelka_indel, _sniper):
        counts = counted(sample, n_alts, ref, alt)
        if counts.alt_reads is not None:
            return counts
    variant_depths = _integers(sample.get("VD", ""))
    return _Counts(_at(variant_depths, alt_index), None)


def _strelka_bases(
    sample: Mapping[str, str], n_alts: int, ref: str, alt: str
) -> _Counts:
    # One pair of counts per base; the first is tier 1, the reads Strelka calls by.
    tiers = [_at(_integers(sample.get(f"{base}U", "")), 0) for base in (ref, alt)]
    if len(ref) != 1 or len(alt) != 1 or None in tiers:
        return _Counts(None, None)
    return _Counts(tiers[1], _total(*tiers))


def _strelka_indel(
    sample: Mapping[str, str], n_alts: int, ref: str, alt: str
) -> _Counts:
    tiers = [_at(_integers(sample.get(key, "")), 0) for key in ("TAR", "TIR")]
    if n_alts != 1 or None in tiers:
        return _Counts(None, None)
    return _Counts(tiers[1], _total(*tiers))


def _sniper(sample: Mapping[str, str], n_alts: int, ref: str, alt: str) -> _Counts:
    strands = _integers(sample.get("DP4", ""))
    if len(strands) != 4 or None in strands:
        return _Counts(None, None)
    if n_alts == 1:
        return _Counts(_total(*strands[2:]), _total(*strands))
    # DP4 sums over the alternatives; BCOUNT counts each base.
    bases = dict(zip("ACGT", _integers(sample.get("BCOUNT", "")), strict=False))
    return _Counts(bases.get(alt), _total(*strands))


_STRAND_KEYS = frozenset(
    ("ALD", "SB", "DP4", "ADF", "ADR", "FSAF", "FSAR", "SAF", "SAR")
)

_STRAND_INFO = frozenset(("DP4", "SAF"))


def _strands(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int, n_alts: int
) -> tuple[int | None, int | None]:
    if _STRAND_KEYS.isdisjoint(sample) and _STRAND_INFO.isdisjoint(info):
        return None, None
    both = _integers(sample.get("ALD", ""))
    if len(both) == 2 and n_alts == 1:
        return both[0], both[1]  # VarDict, whose SB counts ends of fragments
    # SB and DP4 sum over all alternatives, so they describe one only if it is alone.
    for text in (sample.get("SB", ""), sample.get("DP4", ""), info.get("DP4", "")):
        counts = _integers(text)
        if len(counts) == 4 and n_alts == 1:
            return counts[2], counts[3]
    for keys in (("ADF", "ADR"), ("FSAF", "FSAR"), ("SAF", "SAR")):
        pair = [_integers(sample.get(key, "")) for key in keys]
        if all(pair):
            # GATK-like counts begin with the reference, the others' do not.
            shift = 1 if len(pair[0]) == n_alts + 1 else 0
            return _at(pair[0], alt_index + shift), _at(pair[1], alt_index + shift)
    return _freebayes_strands(sample, info, alt_index)


def _freebayes_strands(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int
) -> tuple[int | None, int | None]:
    """Take the strands of all samples together only if they are this sample's reads."""
    forward, reverse = (
        _at(_integers(info.get(key, "")), alt_index) for key in ("SAF", "SAR")
    )
    reads = _at(_integers(sample.get("AO", "")), alt_index)
    if forward is None or reverse is None or forward + reverse != reads:
        return None, None
    return forward, reverse


_FRACTION_KEYS = frozenset(("AF", "VAF", "VF", "FREQ"))


def _stated_vaf(
    sample: Mapping[str, str], info: Mapping[str, str], alt_index: int, n_alts: int
) -> float | None:
    if sample and _FRACTION_KEYS.isdisjoint(sample):
        return None
    keys = ["AF", "VAF"]
    if "AD" in sample:
        keys.append("VF")  # GRIDSS counts fragments in VF
    stated = {key: listed(sample.get(key, ""), key, n_alts) for key in keys}
    freq = sample.get("FREQ", "")
    percents = [f"{part}%" for part in _PERCENT.findall(freq)]
    stated["FREQ"] = percents if "%" in freq else freq.split(",")
    for key, fractions in stated.items():
        # RADIA begins with the reference's fraction, as its AD does.
        shift = 1 if len(fractions) == n_alts + 1 and _per_allele(sample, n_alts) else 0
        if len(fractions) > n_alts + shift:
            continue  # those of alleles that a splitting tool took out
        text = _at(fractions, alt_index + shift)
        value = fraction(text, key, percent=key == "FREQ")
        if value is not None:
            return value
    # INFO/AF of genotype callers is the frequency of genotypes, not of reads.
    if not sample and "DP4" in info:
        fractions = listed(info.get("AF", ""), "AF", n_alts)
        return fraction(_at(fractions, alt_index), "AF")
    return None


def _per_allele(sample: Mapping[str, str], n_alts: int) -> bool:
    return len(sample.get("AD", "").split(",")) == n_alts + 1


def _computed_vaf(alt_reads: int | None, total: int | None) -> float | None:
    if alt_reads is None or not total:
        return None
    if alt_reads > total:
        raise ValueError(
            f"{alt_reads} alternate of {total} reads: a VAF of "
            f"{alt_reads / total:.3g} is above 1"
        )
    return alt_reads / total
