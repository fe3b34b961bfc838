"""A sound invented cohort, spoiled in one way at a time."""

import pytest

from ballad.inputs.sheets import check_sheets

SOUND = """
patient sex age indication diagnosis_date treatment_start prior_lines prior_hct \
marrow_blasts baseline_cd19 emd_history emd_active response response_date \
mrd_response mrd_response_date mrd_recurrence_date hct_date relapse_date \
relapse_cd19 relapse_cd19_percent relapse_emd relapse_emd_site \
relapse_lineage_switch failure_cd19 death_date cause_of_death last_contact
A1 F 41 rr 2019-02-01 2020-01-10 2 yes 80 95 yes no CR 2020-02-10 . . . . \
2020-08-01 negative 3 combined CNS no . 2021-03-05 leukaemia 2021-03-05
A2 M 33 rr 2019-05-12 2020-02-01 1 no 64 88 no no CRh 2020-03-02 negative \
2020-03-02 2020-11-20 2020-05-01 . . . . . . . . . 2022-06-01
A3 F 57 rr 2018-11-30 2019-07-15 3 no 91 70 no no NR 2019-08-20 . . . . . . . . . . \
positive 2019-12-01 infection 2019-12-01
A4 M 29 mrd 2019-09-01 2020-04-06 1 no 2 97 no no . . negative 2020-05-06 . . \
2021-01-15 positive 92 none . no . . . 2022-01-31
A5 F 68 mrd 2019-12-24 2020-06-30 1 no 4 99 no no . . positive 2020-07-30 . . . . . . \
. . . . . 2021-11-11
A6 M 22 mrd_negative 2020-03-03 2020-09-09 1 no 1 . no no . . . . . . . . . . . . . . \
. 2022-09-09
"""
SAMPLES = """
patient sample timepoint date assay
A1 A1-D diagnosis 2019-02-01 KARYO
A1 A1-R relapse 2020-08-03 KARYO
A2 A2-D pre_treatment 2020-01-20 KARYO
A3 A3-D diagnosis . KARYO
A4 A4-D diagnosis . KARYO
A5 A5-D diagnosis . KARYO
A6 A6-D diagnosis . KARYO
"""


def cells(text):
    """Split a table written with blanks; a dot is an empty cell."""
    lines = [line.split() for line in text.strip().splitlines()]
    return [["" if cell == "." else cell for cell in line] for line in lines]


def written(header, rows):
    return "".join("\t".join(line) + "\n" for line in [header, *rows])


@pytest.fixture
def messages(tmp_path, root):
    """Return a function: changes -> messages of all sheets, and the warnings."""

    def check(changes, spoil=lambda text: text, samples=None, **settings):
        header, *rows = cells(SOUND)
        for patient, column, value in changes:
            row = next(row for row in rows if row[0] == patient)
            row[header.index(column)] = value
        (tmp_path / "clinical.tsv").write_text(
            spoil(written(header, rows)), encoding="utf-8"
        )
        taken, *tests = cells(SAMPLES)
        for sample, column, value in samples or ():
            next(row for row in tests if row[1] == sample)[taken.index(column)] = value
        (tmp_path / "samples.tsv").write_text(written(taken, tests))
        sheets = check_sheets(
            {
                "samples": str(tmp_path / "samples.tsv"),
                "clinical": {"table": str(tmp_path / "clinical.tsv"), **settings},
                "assays": {"KARYO": {"type": "karyotype"}},
                "genome_build": "GRCh38",
                "endpoints": {"response": {"window_days": 84}},
            },
            str(root / "resources/genotypes/lesions.tsv"),
            str(root / "resources/clinical/columns.tsv"),
        )
        return [str(p) for p in sheets.problems], [str(w) for w in sheets.warnings]

    return check


def test_the_sound_tables_have_no_fault_and_no_warning(messages):
    assert messages([]) == ([], [])


def one(patient, column, value, *said):
    """Describe a fault in one cell that the message names with its value."""
    return pytest.param(
        [(patient, column, value)],
        (f"patient {patient}", f"column {column}", f"value {value!r}", *said),
        id=f"{column} {value}",
    )


def several(name, changes, patient, column, *said):
    """Describe a fault that lies between cells; the message names one of them."""
    changes = [(patient, c, v) for c, v in changes.items()]
    return pytest.param(
        changes, (f"patient {patient}", f"column {column}", *said), id=name
    )


ONE_CELL = [
    # types
    one("A1", "age", "forty-one", "is no number from 0 to 120", "years"),
    one("A1", "age", "41 years", "is no number"),
    one("A1", "age", "NaN", "is no number"),
    one("A1", "age", "-Inf", "is no number"),
    one("A1", "age", "inf", "is no number"),
    one("A1", "age", "41,5", "is no number"),
    one("A1", "prior_lines", "2.5", "is no whole number from 0 to 20"),
    # ranges and units
    one("A1", "age", "-1", "is no number"),
    one("A1", "age", "410", "is no number"),
    one("A1", "marrow_blasts", "101", "is no number from 0 to 100", "percent"),
    one("A1", "marrow_blasts", "80%", "is no number from 0 to 100", "percent"),
    one("A1", "baseline_cd19", "-5", "is no number from 0 to 100", "percent"),
    one("A1", "prior_lines", "200", "is no whole number"),
    # codes
    one("A1", "sex", "female", "is none of F, M", "clinical.values.sex"),
    one("A1", "sex", "0", "is none of F, M"),
    one("A1", "indication", "R/R", "is none of rr, mrd"),
    one("A2", "response", "CRp", "is none of CR, CRi"),
    one("A2", "prior_hct", "1", "is none of yes, no", "clinical.values.prior_hct"),
    one("A2", "emd_active", "unknown", "is none of yes, no"),
    one("A5", "mrd_response", "pos", "is none of negative, positive"),
    one("A1", "relapse_cd19", "lost", "is none of positive, dim"),
    one("A1", "relapse_emd", "yes", "is none of none, isolated"),
    one("A3", "failure_cd19", "+", "is none of positive, dim"),
    # dates
    one("A1", "relapse_date", "2020-08", "is no full date", "partial dates"),
    one("A1", "relapse_date", "2020", "is no full date"),
    one("A1", "relapse_date", "01.08.2020", "is no full date", "date_format"),
    one("A1", "relapse_date", "08/01/2020", "is no full date"),
    one("A1", "relapse_date", "2020-13-01", "is no full date"),
    one("A1", "relapse_date", "2020-02-30", "is no full date"),
    one("A1", "relapse_date", "44044", "is no full date"),
    one("A1", "relapse_date", "NaN", "is no full date"),
    one("A1", "relapse_date", "unknown", "is no full date"),
    one("A1", "death_date", "today", "is no full date"),
    one("A2", "treatment_start", "2020-02", "is no full date"),
    # a century mistyped
    one("A2", "last_contact", "2220-06-01", "beyond any age"),
    one("A2", "diagnosis_date", "1919-05-12", "before birth"),
    one("A5", "diagnosis_date", "1919-12-24", "before birth"),
]
BETWEEN_CELLS = [
    several(
        "start after diagnosis",
        {"diagnosis_date": "2020-02-02"},
        *("A2", "treatment_start", "; diagnosis_date is day 1, "),
    ),
    several(
        "response before start",
        {"response_date": "2020-01-31"},
        *("A2", "response_date", "value 'day -1,", "response before treatment start"),
    ),
    several(
        "mrd response before start",
        {"mrd_response_date": "2020-04-05"},
        *("A4", "mrd_response_date", "value 'day -1,", "before treatment"),
    ),
    several(
        "transplant before start",
        {"hct_date": "2020-01-31"},
        *("A2", "hct_date", "value 'day -1,", "that is prior_hct"),
    ),
    several(
        "relapse before response",
        {"relapse_date": "2020-02-09"},
        *("A1", "relapse_date", "value 'day 30, "),
    ),
    several(
        "relapse before mrd response",
        {"relapse_date": "2020-05-05"},
        *("A4", "relapse_date", "value 'day 29,", "relapse before MRD response"),
    ),
    several(
        "mrd recurrence before mrd response",
        {"mrd_recurrence_date": "2020-03-01"},
        *("A2", "mrd_recurrence_date", "value 'day 29,", "before response"),
    ),
    several(
        "relapse after last contact",
        {"relapse_date": "2022-02-01"},
        *("A4", "last_contact", "last contact before relapse_date"),
    ),
    several(
        "relapse after death",
        {"relapse_date": "2021-03-06", "last_contact": ""},
        *("A1", "death_date", "value 'day 420,", "relapse_date after death"),
    ),
    several(
        "last contact after death",
        {"last_contact": "2021-03-06"},
        *("A1", "death_date", "value 'day 420,", "last contact after death"),
    ),
    several(
        "response without a date",
        {"response_date": ""},
        *("A2", "response_date", "remission without a date", "give the date"),
    ),
    several(
        "date without a response",
        {"response": ""},
        *("A3", "response_date", "value 'day 36,", "date without a response"),
    ),
    several(
        "mrd response without a date",
        {"mrd_response_date": ""},
        *("A4", "mrd_response_date", "MRD response without a date"),
    ),
    several(
        "mrd test without its result",
        {"mrd_response": "not_tested"},
        *("A5", "mrd_response_date", "value 'day 30,", "without its result"),
    ),
    several(
        "mrd recurrence without mrd response",
        {"mrd_recurrence_date": "2020-08-30"},
        *("A5", "mrd_recurrence_date", "value 'day 61,", "without an MRD response"),
    ),
    several(
        "relapse without a response",
        {"relapse_date": "2019-11-01"},
        *("A3", "relapse_date", "value 'day 109,", "relapse without a remission"),
    ),
    several(
        "failure of a responder",
        {"failure_cd19": "positive"},
        *("A1", "response", "value 'CR'", "failure described of a responder"),
    ),
    several(
        "relapse described without a date",
        {"relapse_cd19": "negative"},
        *("A2", "relapse_date", "relapse described, but without a date"),
    ),
    several(
        "lineage switch without a date",
        {"relapse_lineage_switch": "yes"},
        *("A2", "relapse_date", "relapse described, but without a date"),
    ),
    several(
        "site of a relapse without emd",
        {"relapse_emd_site": "CNS"},
        *("A4", "relapse_emd_site", "value 'CNS'", "relapse_emd is none"),
    ),
    several(
        "negative with all cells positive",
        {"relapse_cd19_percent": "100"},
        *("A1", "relapse_cd19_percent", "value '100'", "contradicts relapse_cd19"),
    ),
    several(
        "death without a date",
        {"cause_of_death": "infection"},
        *("A2", "death_date", "cause of death without a date", "give death_date"),
    ),
    several(
        "neither contact nor death",
        {"last_contact": ""},
        *("A6", "last_contact", "neither last contact nor death"),
    ),
    several(
        "blasts in an mrd indication",
        {"marrow_blasts": "40"},
        *("A5", "marrow_blasts", "value '40'", "in an MRD indication"),
    ),
    several(
        "relapsed without a prior line",
        {"prior_lines": "0"},
        *("A3", "prior_lines", "value '0'", "no prior line, but relapsed"),
    ),
    several(
        "blank start",
        {"treatment_start": ""},
        *("A5", "treatment_start", "is empty", "day 0 of everything"),
    ),
    several(
        "relapse and death swapped",
        {
            "relapse_date": "2021-03-05",
            "death_date": "2020-08-01",
            "last_contact": "",
        },
        *("A1", "death_date", "value 'day 204,", "relapse_date after death"),
    ),
    several(
        "response and start swapped",
        {"treatment_start": "2020-03-02", "response_date": "2020-02-01"},
        *("A2", "response_date", "value 'day -30,", "before treatment start"),
    ),
]


@pytest.mark.parametrize(("changes", "said"), [*ONE_CELL, *BETWEEN_CELLS])
def test_a_spoiled_table_is_refused_with_patient_column_value_and_cure(
    messages, changes, said
):
    (message, *more), _ = messages(changes)

    # Swapped dates and a mistyped year break more than one rule, of one patient.
    assert all(said[0] in other for other in more)
    (named,) = [m for m in [message, *more] if all(part in m for part in said)]
    assert named.split(" -> ")[1]


def test_a_fault_in_one_cell_gives_one_message(messages):
    for case in [*ONE_CELL, *BETWEEN_CELLS]:
        if "swapped" not in case.id and "2220" not in case.id:
            assert len(messages(case.values[0])[0]) == 1, case.id


def duplicated(text, old, new):
    line = next(line for line in text.splitlines() if line.startswith(old))
    return f"{text}{line.replace(old, new, 1)}\n"


WHOLE_TABLE = [
    # how the text is spoiled, what the message says
    (lambda t: duplicated(t, "A1", "A1"), ("lines 2, 8", "'A1'", "stands twice")),
    (lambda t: t.replace("\nA2\t", "\n\t"), ("line 3", "column patient", "is empty")),
    (lambda t: t.replace("A2\t", "=A2\t"), ("line 3", "'=A2'", "formula")),
    (lambda t: t.replace("emd_active", "emd_history"), ("emd_history", "stands twice")),
    (lambda t: t.replace("relapse_date", "relaps_date"), ("relaps_date", "unknown")),
    (lambda t: t.replace("sex", "Geschlecht"), ("Geschlecht", "unknown column")),
    (lambda t: t.replace("\t2022-06-01\n", "\n"), ("line 3", "27 cells")),
    (lambda t: t.replace("infection", "a\tb"), ("line 4", "29 cells")),
    (lambda t: t.replace("treatment_start", "x_start"), ("treatment_start", "missing")),
    (lambda t: t.splitlines()[0] + "\n", ("has no patients", "one row per patient")),
    (lambda t: "", ("is empty", "a header line is needed")),
    (lambda t: t.replace("A3", "A\0003"), ("NUL",)),
]


@pytest.mark.parametrize(("spoil", "said"), WHOLE_TABLE)
def test_a_table_that_is_spoiled_as_a_whole_is_refused_with_place_and_cure(
    messages, spoil, said
):
    (message,), _ = messages([], spoil)

    assert all(part in message for part in said), message
    assert message.split(" -> ")[1]


def test_a_stray_column_hides_no_fault_of_a_cell(messages):
    found, _ = messages(
        [("A1", "age", "410")], lambda t: t.replace("relapse_date", "relaps_date")
    )

    assert ["relaps_date" in text for text in found] == [True, False]
    assert "column age, value '410'" in found[1]


def test_blasts_given_as_fractions_by_everybody_are_refused(messages):
    fractions = {"A1": "0.8", "A2": "0.64", "A3": "0.91", "A4": "0.02", "A5": "0.04"}
    changes = [(name, "marrow_blasts", value) for name, value in fractions.items()]

    (message,), _ = messages([*changes, ("A6", "marrow_blasts", "0.01")])

    assert "6 patients, column marrow_blasts, value 'largest 0.91'" in message
    assert "multiply by 100" in message


BETWEEN_TABLES = [
    ("A2-D", "date", "2020-02-02", "timepoint", "'pre_treatment'", "after treatment"),
    ("A1-R", "date", "2020-01-09", "timepoint", "'relapse'", "before treatment_start"),
    ("A1-R", "date", "2021-03-06", "date", "'2021-03-06'", "after death_date"),
    ("A1-R", "date", "2020-08", "date", "'2020-08'", "is no full date"),
    ("A1-R", "timepoint", "second", "timepoint", "'second'", "is not known here"),
]


@pytest.mark.parametrize(
    ("sample", "column", "value", "named", "shown", "rule"), BETWEEN_TABLES
)
def test_a_sample_that_contradicts_the_clinical_table_is_refused(
    messages, sample, column, value, named, shown, rule
):
    (message,), _ = messages([], samples=[(sample, column, value)])

    assert f"column {named}, value {shown}" in message
    assert rule in message
    assert message.split(" -> ")[1]


def test_three_faults_in_one_table_give_three_messages(messages):
    found, _ = messages(
        [
            ("A1", "sex", "female"),
            ("A2", "hct_date", "2020-01-31"),
            ("A6", "last_contact", ""),
        ]
    )

    assert [next(p for p in ("A1", "A2", "A6") if p in m) for m in sorted(found)] == [
        *("A1", "A2", "A6"),
    ]


# Possible, if unlikely: the run goes on, and the report lists them.
ONLY_A_WARNING = [
    ({"relapse_date": "2020-04-15"}, "A2", "hct_date", "transplant after relapse"),
    (
        {"relapse_date": "2020-05-01"},
        *("A2", "hct_date", "transplant and relapse on one day"),
    ),
    ({"response_date": "2020-04-26"}, "A2", "response_date", "later than the window"),
    ({"response_date": ""}, "A3", "response_date", "failure without a date"),
    ({"marrow_blasts": "0.8"}, "A1", "marrow_blasts", "a fraction among percentages?"),
    (
        {"mrd_response": "negative", "mrd_response_date": "2019-08-20"},
        *("A3", "mrd_response", "MRD negative without a remission"),
    ),
    ({"emd_active": "yes"}, "A2", "emd_history", "but never before"),
]


@pytest.mark.parametrize(("changes", "patient", "column", "rule"), ONLY_A_WARNING)
def test_what_is_possible_but_unlikely_is_a_warning(
    messages, changes, patient, column, rule
):
    faults, warnings = messages([(patient, c, v) for c, v in changes.items()])

    assert faults == []
    (named,) = [text for text in warnings if rule in text]
    assert f"patient {patient}, column {column}" in named


def test_events_after_the_data_cutoff_are_a_warning(messages):
    faults, warnings = messages([], data_cutoff="2022-06-30")

    assert faults == []
    (warning,) = warnings
    assert "patient A6" in warning
    assert "after the data cut-off does not count" in warning


def test_a_start_after_the_data_cutoff_is_refused(messages):
    (message,), _ = messages([], data_cutoff="2020-09-08")

    assert "patient A6, column treatment_start" in message
    assert "'1 days after the data cut-off'" in message


@pytest.mark.parametrize(
    ("name", "rule"), [("a1", "case or signs"), ("B7", "under two names?")]
)
def test_one_patient_under_two_names_is_a_warning(messages, name, rule):
    faults, warnings = messages([], lambda text: duplicated(text, "A1", name))

    assert faults == []
    assert sum(rule in warning for warning in warnings) == 2


def test_a_relapse_sample_of_a_patient_without_relapse_is_a_warning(messages):
    faults, warnings = messages(
        [], samples=[("A2-D", "timepoint", "relapse"), ("A2-D", "date", "2020-04-01")]
    )

    assert faults == []
    (warning,) = warnings
    assert "patient A2, sample A2-D" in warning


def test_a_byte_order_mark_is_no_fault(messages):
    assert messages([], lambda text: f"\ufeff{text}") == ([], [])


def test_a_format_of_dates_without_a_day_is_refused(messages):
    found, _ = messages([], date_format="%Y-%m")

    assert "clinical.date_format" in found[0]
    assert "holds no day" in found[0]
