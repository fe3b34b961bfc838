"""Rule draw_forest: the models' estimates -> a forest plot."""

from ballad.figures.forest import forest
from ballad.figures.style import save
from ballad.job import log_to
from ballad.tables import read_table

NUMERIC = ("estimate", "ci_low", "ci_high", "p", "n", "events")


def main(models: str, svg: str, pdf: str, png: str, models_shown: list[str]) -> None:
    """Draw the multivariable rows of the models named in the settings."""
    save(forest(read_table(models, numeric=NUMERIC), models_shown), svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
