"""Rule draw_forest: the models' estimates -> a forest plot."""

from ballad.disclosure import SmallCounts
from ballad.figures.forest import forest
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.tables import read_table

NUMERIC = ("estimate", "ci_low", "ci_high", "p", "n", "events")


def main(
    models: str,
    colours: str,
    svg: str,
    pdf: str,
    png: str,
    settings: dict,
    confidence_level: float,
) -> None:
    """Draw the multivariable rows of the models named in the settings."""
    figure = forest(
        read_table(models, numeric=NUMERIC),
        settings["forest_models"],
        Colours.from_table(read_table(colours)),
        confidence_level,
        SmallCounts.of(settings["audience"], settings["min_cell"]),
    )
    save(figure, svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
