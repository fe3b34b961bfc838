"""Durations of the jobs behind a folder of results."""

from ballad.durations import durations, write_durations
from ballad.tables import read_table


def record(rule, start, end, log="a.log"):
    return {"rule": rule, "starttime": start, "endtime": end, "log": [log]}


def test_a_job_of_two_outputs_is_one_row_until_its_last_output():
    table = durations(
        [
            ("results/b.tsv", record("fit_models", 100.0, 161.26)),
            ("results/a.tsv", record("fit_models", 100.0, 130.0)),
            ("results/c.tsv", record("join_clinical", 10.0, 11.0)),
        ]
    )

    assert table.values.tolist() == [
        ["fit_models", "results/a.tsv", 61.3],
        ["join_clinical", "results/c.tsv", 1.0],
    ]


def test_jobs_of_one_rule_are_told_apart_by_their_logs():
    table = durations(
        [
            ("0.tsv", record("read_variants", 5.0, 6.0, "0.log")),
            ("1.tsv", record("read_variants", 5.0, 7.0, "1.log")),
        ]
    )

    assert table["seconds"].tolist() == [2.0, 1.0]


def test_what_was_not_recorded_is_missing_and_stands_last():
    table = durations(
        [("a.tsv", record("old", None, 3.0)), ("b.tsv", record("new", 1.0, 2.0, "b"))]
    )

    assert table["rule"].tolist() == ["new", "old"]
    assert table["seconds"].isna().tolist() == [False, True]


def test_only_outputs_that_a_run_recorded_are_listed(tmp_path):
    (tmp_path / "mine.tsv").touch()
    (tmp_path / "a.tsv").touch()

    def record_of(path):
        return record("new", 1.0, 2.0) if path.endswith("a.tsv") else None

    write_durations(record_of, str(tmp_path))

    written = read_table(tmp_path / "run/durations.tsv")
    assert written["output"].tolist() == [str(tmp_path / "a.tsv")]
