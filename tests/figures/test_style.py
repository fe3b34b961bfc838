import xml.etree.ElementTree as ET

import pandas as pd
import pytest

from ballad.figures import style
from ballad.figures.style import Colours
from ballad.tables import read_table


def files(folder):
    return [str(folder / f"figure.{end}") for end in ("svg", "pdf", "png")]


@pytest.mark.parametrize("end", ["svg", "pdf", "png"])
def test_the_same_figure_twice_gives_the_same_bytes(tmp_path, end):
    (tmp_path / "1").mkdir()
    (tmp_path / "2").mkdir()
    for run in "12":
        figure = style.empty_figure("Title", "nothing <here>")
        style.save(figure, *files(tmp_path / run))

    first, second = ((tmp_path / run / f"figure.{end}").read_bytes() for run in "12")
    assert first == second


@pytest.mark.parametrize("end", ["svg", "pdf"])
def test_files_carry_no_date(tmp_path, end):
    style.save(style.empty_figure("Title"), *files(tmp_path))

    content = (tmp_path / f"figure.{end}").read_bytes()
    assert b"CreationDate" not in content
    assert b"<dc:date>" not in content


def test_hostile_names_leave_a_well_formed_svg_without_elements_of_theirs(tmp_path):
    figure = style.empty_figure("<img onerror=x> $a_b$ \x07 -->", "<script>")

    style.save(figure, *files(tmp_path))

    tags = {element.tag for element in ET.parse(tmp_path / "figure.svg").iter()}
    assert not any("img" in tag or "script" in tag for tag in tags)


def test_the_letters_of_an_svg_need_no_font(tmp_path):
    style.save(style.empty_figure("Title"), *files(tmp_path))

    assert "<text" not in (tmp_path / "figure.svg").read_text()


def test_an_unlisted_name_takes_a_colour_no_other_name_has():
    colours = Colours({"Ph+": style.FREE[0]}, {})

    assert colours.of(["strange", "Ph+"]) == {
        "Ph+": style.FREE[0],
        "strange": style.FREE[1],
    }


def test_more_names_than_colours_still_have_one():
    assert len(Colours({}, {}).of(str(number) for number in range(30))) == 30


def test_a_name_listed_twice_stops_the_figures():
    table = read_table_of("Ph+", "Ph+")

    with pytest.raises(ValueError, match="Ph\\+"):
        Colours.from_table(table)


def read_table_of(*names):
    return pd.DataFrame(
        {"name": names, "colour": "#000000", "meaning": "", "source": ""}
    )


def test_every_colour_is_a_colour_and_has_a_source(root):
    table = read_table(root / "resources/figures/colours.tsv")

    assert table["colour"].str.fullmatch("#[0-9A-F]{6}").all()
    assert (table["source"] != "").all()


def test_every_delivered_subtype_has_the_colour_of_its_class(root, colours):
    subtypes = read_table(root / "resources/genotypes/subtypes.tsv")
    # `BCR_ABL1:lymphoid` names a refinement: the subtype drawn is the part before.
    for row in subtypes.itertuples():
        drawn = row.subtype.partition(":")[0]
        assert colours.colour[drawn] == colours.colour[row.subtype_class]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("tp53_deletion", "TP53 deletion"),
        ("ph_like", "Ph-like"),
        ("ph", "Ph"),
        ("kmt2a_r", "KMT2A rearranged"),
        ("hct_time_dependent", "HCT (time-dependent)"),
        ("iamp21", "iAMP21"),
        ("age", "age"),
    ],
)
def test_column_names_are_spelled_as_the_field_does(name, text):
    assert style.spelled(name) == text


@pytest.mark.parametrize("text", ["one two three four", "unbreakablylongword" * 3])
def test_wrapped_lines_fit_and_lose_no_letter(text):
    lines = style.wrapped(text, 0.6)

    assert all(style.inches(line) <= 0.6 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.0009, "p < 0.001"),
        (0.001, "p = 0.001"),
        (0.0999, "p = 0.100"),
        (0.5, "p = 0.50"),
    ],
)
def test_p_values_are_written_as_journals_do(p, text):
    assert style.p_text(p) == text


def test_no_other_name_has_the_hue_of_a_genotype(root, colours):
    subtypes = read_table(root / "resources/genotypes/subtypes.tsv")
    of_genotype = {*subtypes["subtype"], *subtypes["subtype_class"], "NOS"}
    of_genotype |= {"TP53 mutated", "tp53", "ph", "ph_like", "kmt2a_r"}
    of_genotype |= {"pax5_alteration", "Ph-like", "KMT2A-r"}
    hues = {c for name, c in colours.colour.items() if name in of_genotype}
    taken = {n for n, c in colours.colour.items() if c in hues} - of_genotype

    assert taken == {"censored"} & taken  # a grey
    assert not hues & set(style.FREE)


def test_names_that_differ_at_an_end_still_differ_when_short():
    names = [f"University Hospital of a Large City, study {n}" for n in (1, 2)]

    short = [style.short_name(name) for name in names]

    assert len(set(short)) == 2
    assert max(map(len, short)) == style.LONGEST_NAME
    assert style.short_name("SYN-001") == "SYN-001"
