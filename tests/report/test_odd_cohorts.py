"""Pages of cohorts in which there is nothing to compare or to count."""

from tests.report.pages import cohort_where, read


def test_a_cohort_without_relapses_says_so_in_each_chapter(write):
    none = [["", "all", "negative", "none", "0", "0", ""]]
    nobody = ["os_after_relapse", "relapsed", "", "all", "0", "0", "median"]
    curve = ["lfs", "remission", "tp53_status", "TP53 mutated", "0", "0", "median"]
    summary = [[*row, "", "", "", ""] for row in (nobody, curve)]
    texts = read(
        write(cohort_where(relapse_patterns=none, survival_summary=summary))
    ).texts

    assert "No patient with relapse." in texts
    said = "OS after relapse (relapsed): not estimable, as nobody is in this analysis"
    assert any(said in text for text in texts)
    said = "no patient of this analysis set is in any of these groups."
    assert said in " ".join(texts)


def test_a_cohort_without_fusions_names_what_nobody_was_assessed_for(write):
    unseen = [["p", "B_OTHER", "NOS", "", "absent", "not_assessed"]] * 6
    said = "No patient was assessed for: Ph-like. This cohort says nothing of them."

    assert said in " ".join(read(write(cohort_where(genotypes=unseen))).texts)
    assert said not in " ".join(read(write()).texts)


def test_a_cohort_of_one_group_says_why_nothing_is_compared(write):
    reason = "not estimable: 1 group with patients"
    tests = [
        ["survival", "lfs", "remission", "tp53_status", "log-rank", "", "", "", ""]
        + ["169", "102", reason]
    ]
    page_ = write(cohort_where(tests=tests, co_occurrence=[]))

    assert f"log-rank P {reason}" in page_
    assert "No pair of lesions is compared in this analysis." in read(page_).texts
