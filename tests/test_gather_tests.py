"""The entry that gathers the tests: notes on lesions that cannot be excluded."""

from gather_tests import main

from ballad.ascertainment import ONLY_POSITIVES
from ballad.outcomes.significance import TESTS
from ballad.tables import read_table


def test_a_test_by_a_lesion_that_cannot_be_excluded_says_so(tmp_path):
    def row(group_by, note):
        cells = {"analysis": "survival", "group_by": group_by, "p": "0.5", "note": note}
        return "\t".join(cells.get(name, "") for name in TESTS)

    tests, cohort, out = (tmp_path / name for name in ("tests", "cohort", "all.tsv"))
    rows = [row("ras", "as planned"), row("ras", ""), row("sex", "")]
    tests.write_text("\n".join(["\t".join(TESTS), *rows]) + "\n")
    cohort.write_text(
        "patient\tsex\tras_mutation\n1\tF\tpresent\n2\tM\tindeterminate\n"
    )

    main(
        tests=[str(tests)],
        cohort=str(cohort),
        all_tests=str(out),
        families={},
        groups={"ras": {"column": "ras_mutation"}},
    )

    notes = read_table(str(out))["note"].tolist()
    assert notes == [f"as planned; {ONLY_POSITIVES}", ONLY_POSITIVES, ""]
