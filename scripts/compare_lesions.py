"""Rule compare_lesions: the cohort -> lesions found together."""

from ballad.job import log_to
from ballad.outcomes.co_occurrence import co_occurrence as pairs
from ballad.tables import read_table, write_table


def main(cohort: str, co_occurrence: str, lesions: list[str]) -> None:
    """Compare each pair of the lesions that the configuration names."""
    write_table(pairs(read_table(cohort), lesions), co_occurrence)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
