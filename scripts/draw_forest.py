"""Rule draw_forest: the models' estimates -> a forest plot."""

from ballad.disclosure import SmallCounts
from ballad.figures.forest import forest
from ballad.figures.style import Colours, save
from ballad.job import log_to
from ballad.shareable import shared
from ballad.tables import read_table


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
    small = SmallCounts.of(settings["audience"], settings["min_cell"])
    estimates = read_table(models)
    if small.limit is not None:
        estimates = shared("models", estimates, small)
    figure = forest(
        estimates,
        settings["forest_models"],
        Colours.from_table(read_table(colours)),
        confidence_level,
    )
    save(figure, svg, pdf, png)


if __name__ == "__main__":
    log_to(snakemake.log[0])
    main(**snakemake.input, **snakemake.output, **snakemake.params)
