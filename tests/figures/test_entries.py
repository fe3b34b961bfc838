"""The entries of the figures' rules, on tables without rows and with the delivered settings."""

import draw_co_occurrence
import draw_flow
import draw_forest
import draw_incidences
import draw_interactions
import draw_oncoprint
import draw_relapse_patterns
import draw_simon_makuch
import draw_survival
import draw_swimmer
import pytest
import yaml

WHERE = ("endpoint", "population", "group_by", "group")
TESTS = (*WHERE[:3], "analysis", "test", "p", "note", "events", "cause")


@pytest.fixture(scope="module")
def delivered(root):
    return yaml.safe_load((root / "config/config.yaml").read_text())


@pytest.fixture
def table(tmp_path):
    """Return a function that writes a table without rows."""

    def write(name, *columns):
        path = tmp_path / f"{name}.tsv"
        path.write_text("\t".join(columns) + "\n")
        return str(path)

    return write


@pytest.fixture
def colour_file(root):
    return str(root / "resources/figures/colours.tsv")


def named(folder, names):
    return {
        end: [str(folder / f"{name}.{end}") for name in names]
        for end in ("svg", "pdf", "png")
    }


def single(folder):
    return {end: str(folder / f"figure.{end}") for end in ("svg", "pdf", "png")}


def files(folder):
    return {path.name for path in folder.iterdir() if path.suffix != ".tsv"}


def test_every_curve_of_the_settings_has_its_three_files(
    tmp_path, table, delivered, colour_file
):
    curves = delivered["statistics"]["curves"]
    points = ("time_months", "survival", "ci_low", "ci_high")
    counts = ("n_at_risk", "n_events", "n_censored")
    draw_survival.main(
        survival=table("survival", *WHERE, *points, *counts),
        summary=table("summary", *WHERE, "n", "events"),
        tests=table("tests", *TESTS),
        cohort=table("cohort", "patient"),
        colours=colour_file,
        **named(tmp_path, curves),
        curves=curves,
        groups=delivered["groups"],
        settings=delivered["report"],
        confidence_level=0.95,
    )

    assert files(tmp_path) == {
        f"{n}.{e}" for n in curves for e in ("svg", "pdf", "png")
    }


def test_every_incidence_of_the_settings_has_its_three_files(
    tmp_path, table, delivered, colour_file
):
    incidences = delivered["statistics"]["incidences"]
    points = ("cause", "time_months", "cif", "ci_low", "ci_high", "n_at_risk")
    draw_incidences.main(
        incidence=table("incidence", *WHERE, *points),
        tests=table("tests", *TESTS),
        cohort=table("cohort", "patient"),
        colours=colour_file,
        **named(tmp_path, incidences),
        incidences=incidences,
        groups=delivered["groups"],
        settings=delivered["report"],
        confidence_level=0.95,
    )

    expected = {f"{n}.{e}" for n in incidences for e in ("svg", "pdf", "png")}
    assert files(tmp_path) == expected


def test_the_forest_is_written_without_models(tmp_path, table, delivered, colour_file):
    columns = ("model", "method", "term", "level", "reference", "estimate", "ci_low")
    numbers = ("ci_high", "p", "n", "events", "events_in_level", "note")
    draw_forest.main(
        models=table("models", *columns, *numbers),
        colours=colour_file,
        **single(tmp_path),
        settings=delivered["report"],
        confidence_level=0.95,
    )

    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}


def test_the_interactions_are_written_without_models(
    tmp_path, table, delivered, colour_file
):
    columns = ("model", "method", "term", "level", "reference", "estimate", "ci_low")
    numbers = ("ci_high", "p", "n", "events", "events_in_level", "note")
    draw_interactions.main(
        models=table("models", *columns, *numbers),
        tests=table("tests", *TESTS, "n"),
        colours=colour_file,
        **single(tmp_path),
        settings=delivered["report"],
        confidence_level=0.95,
    )

    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}


def test_the_patterns_are_written_without_relapses(
    tmp_path, table, delivered, colour_file
):
    columns = ("group_by", "group", "cd19", "emd", "n", "denominator", "percent")
    draw_relapse_patterns.main(
        patterns=table("patterns", *columns),
        colours=colour_file,
        **single(tmp_path),
        settings=delivered["report"],
    )

    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}


def test_the_flow_is_written_without_patients(tmp_path, table, delivered, colour_file):
    flow = table("flow", "step", "n", "excluded", "reason")
    draw_flow.main(
        flow=flow,
        colours=colour_file,
        **single(tmp_path),
        settings=delivered["report"],
    )

    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}


def test_the_oncoprint_is_written_without_patients(
    tmp_path, table, delivered, colour_file
):
    draw_oncoprint.main(
        genotypes=table("genotypes", "patient", "subtype", "subtype_class", "tp53"),
        lesions=table("lesions", "patient", "lesion", "state"),
        cohort=table("cohort", "patient", "response"),
        colours=colour_file,
        **single(tmp_path),
        places=str(tmp_path / "places.tsv"),
        settings=delivered["report"],
    )

    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}


def test_the_new_figures_are_the_same_bytes_from_the_same_tables(
    tmp_path, delivered, colour_file
):
    cohort = tmp_path / "cohort.tsv"
    cohort.write_text(
        "patient\tsubtype_class\trelapse_cd19\tfollow_up_day\trelapse_day\n"
        "../../x\tPh+\tnegative\t300\t200\n"
        "<img src=x onerror=alert(1)>\tNOS\t\t500\t\n"
        '=HYPERLINK("http://x")\tNOS\tdim\t400\t90\n'
    )
    pairs = tmp_path / "pairs.tsv"
    pairs.write_text(
        "lesion_1\tlesion_2\tboth\tfirst\tsecond\tneither\todds_ratio\tp\tp_adjusted\n"
        "<b>tp53</b>\tph\t3\t9\t8\t40\t1.7\t0.4\t0.4\n"
    )
    written = []
    for run in ("first", "second"):
        folder = tmp_path / run
        folder.mkdir()
        for name in ("swimmer", "pairs"):
            ends = {end: str(folder / f"{name}.{end}") for end in ("svg", "pdf", "png")}
            if name == "swimmer":
                draw_swimmer.main(
                    str(cohort), colour_file, **ends, settings=delivered["report"]
                )
            else:
                draw_co_occurrence.main(
                    str(pairs), **ends, settings=delivered["report"]
                )
        written.append({path.name: path.read_bytes() for path in folder.iterdir()})

    assert written[0] == written[1]
    assert len(written[0]) == 6
    # A name from a sheet names no file.
    assert files(tmp_path) == {"first", "second"}
    assert not any(b"<img" in content for content in written[0].values())


def test_without_transplant_the_curves_have_no_row(tmp_path, delivered, colour_file):
    cohort = tmp_path / "cohort.tsv"
    cohort.write_text("patient\tin_all\n")
    curves = tmp_path / "curves.tsv"
    draw_simon_makuch.main(
        cohort=str(cohort),
        colours=colour_file,
        **single(tmp_path),
        curves=str(curves),
        specifications={},
        endpoints=delivered["endpoints"],
        groups=delivered["groups"],
        statistics=delivered["statistics"],
        settings=delivered["report"],
    )

    assert curves.read_text().splitlines()[0].startswith("endpoint\tpopulation")
    assert files(tmp_path) == {"figure.svg", "figure.pdf", "figure.png"}
