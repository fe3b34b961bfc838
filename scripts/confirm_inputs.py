"""Rule confirm_inputs: after all files were read -> they are still those recorded."""

from ballad.inputs.confirmation import confirm
from ballad.job import log_to
from ballad.tables import read_table, write_table


def main(files: list[str], checksums: str, unchanged: str) -> None:
    """Compare checksums with those of the start; fail if an input has changed."""
    write_table(confirm(read_table(checksums), files), unchanged)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
