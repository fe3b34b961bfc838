"""
The contents of a cohort's files: every fault of every file at once.

Rows of the sample sheet may have the keys ``sheet`` and ``line`` (see `placed`); a
problem then names the cell that names the file, and the file as its value.
"""

from collections.abc import Iterator, Mapping, Sequence

from ballad.copy_number_callers import check_copy_number
from ballad.coverage import covered_bases
from ballad.coverage_origin import (
    refuse_elsewhere,
    refuse_lines_of_other_build,
    refuse_other_build,
)
from ballad.exons import Exon
from ballad.fusions.callers import read_calls
from ballad.fusions.layouts import LAYOUTS
from ballad.fusions.structural import read_junctions
from ballad.inputs.spreadsheet import read_sheet
from ballad.problems import Problem
from ballad.variants.content import unproven_builds
from ballad.variants.files import VcfError
from ballad.variants.panel import Panel
from ballad.variants.reader import read_vcfs


def placed(samples: Sequence[Mapping[str, str]], sheet: str) -> list[dict[str, str]]:
    """
    Add to each row of the sample sheet where it stands.

    Parameters
    ----------
    samples
        All rows, in the order of the sheet.
    sheet
        Path of the sample sheet.

    Returns
    -------
    list of dict
        With ``sheet``, the path, and ``line``, the number of the row's line.
    """
    lines = read_sheet(sheet)[0].index
    return [
        {**sample, "sheet": sheet, "line": str(line)}
        for sample, line in zip(samples, lines, strict=True)
    ]


def vcf_problems(
    samples: Sequence[Mapping[str, str]],
    panels: Mapping[str, Panel],
    contigs: Mapping[tuple[str, int], str],
    workers: int,
    require_build_proof: bool = False,
) -> Iterator[Problem | None]:
    """
    Read every VCF to its end: whole, of the declared build, with the sample's column.

    Yields
    ------
    Problem or None
        One per sample row, in their order; None is a sound file.
    """
    contents = read_vcfs(samples, panels, contigs, workers)
    for sample, content in zip(samples, contents, strict=True):
        if isinstance(content, VcfError):
            yield _problem(sample["vcf"], sample, "vcf", content)
            continue
        unproven = unproven_builds(content.checks) if require_build_proof else []
        faults = [_problem(sample["vcf"], sample, "vcf", error) for error in unproven]
        yield faults[0] if faults else None


def table_problems(
    sample: Mapping[str, str],
    min_depth: int | None,
    contigs: Mapping[tuple[str, int], str] | None = None,
    references: Mapping[str, str] | None = None,
    exons: Mapping[str, Sequence[Exon]] | None = None,
) -> Iterator[Problem]:
    """
    Read the fusion, copy-number, coverage and SV files of one row of the sample sheet.

    Parameters
    ----------
    sample
        Row of the sample sheet; a blank cell is not done and not looked at.
    min_depth
        Reads; of the row's assay.
    contigs
        (name without chr, length): build.
    references
        Build: path of its FASTA, for a CRAM.
    exons
        By build: coding exons of the panel; none: where coverage lies is not asked.
    """
    for column in LAYOUTS:
        if path := sample[column]:
            try:
                list(read_calls(path, column))
            except ValueError as error:
                yield _problem(path, sample, column, error)
    if path := sample["sv_vcf"]:
        try:
            if not sample["genome_build"]:
                raise ValueError("genome_build is blank; breakpoints need a build")
            read_junctions(path, sample["vcf_sample"], sample["genome_build"], contigs)
        except ValueError as error:
            yield _problem(path, sample, "sv_vcf", error)
    if path := sample["copy_number"]:
        try:
            check_copy_number(path, sample["sample"])
        except ValueError as error:
            yield _problem(path, sample, "copy_number", error)
    if path := sample["coverage"]:
        try:
            build = sample["genome_build"]
            fasta = (references or {}).get(build)
            refuse_other_build(path, build, contigs or {}, fasta)
            column = sample.get("vcf_sample", "")
            covered_bases(path, min_depth or 1, (), column, fasta)
            if exons and build in exons:
                refuse_lines_of_other_build(path, build, contigs or {}, exons)
                refuse_elsewhere(path, exons[build], fasta)
        except (ValueError, OSError) as error:
            yield _problem(path, sample, "coverage", error)


def _problem(
    path: str, sample: Mapping[str, str], column: str, error: Exception
) -> Problem:
    # The readers name the file first; it stands at the head of the problem already.
    rule = str(error).removeprefix(f"{path}: ")
    owner = f"patient {sample['patient']}, sample {sample['sample']}"
    if "sheet" not in sample:
        return Problem(path, owner, column, rule=rule, cure=_CURE)
    place = f"line {sample['line']}, {owner}"
    return Problem(sample["sheet"], place, column, path, rule, _CURE)


_CURE = "correct the file or this row of the sheet; a blank cell means not done"
