import copy

import pytest
import yaml

from ballad.inputs.configuration import (
    checkable,
    configuration_problems,
    located,
    without_switched_off,
)


@pytest.fixture
def schema(root):
    return yaml.safe_load((root / "workflow/schemas/config.schema.yaml").read_text())


@pytest.fixture
def config(root):
    method = yaml.safe_load((root / "config/config.yaml").read_text())
    cohort = yaml.safe_load((root / "tests/cohort/config.yaml").read_text())
    cohort["report"] = {**method["report"], **cohort["report"]}
    return copy.deepcopy({**method, **cohort})


def texts(config, schema):
    return [str(problem) for problem in configuration_problems(config, schema)]


def test_the_delivered_method_with_a_cohort_has_no_problem(config, schema):
    assert texts(config, schema) == []


def test_without_a_cohort_the_message_says_how_to_name_one(config, schema):
    del config["cohort"]

    assert "make run CONFIG=" in texts(config, schema)[0]


def test_a_misspelt_key_is_named_with_the_nearest_known_one(config, schema):
    config["variants"]["min_fraction_coverd"] = 0.9

    (text,) = texts(config, schema)

    assert "variants.min_fraction_coverd" in text
    assert "did you mean 'min_fraction_covered'?" in text


def test_all_faults_are_listed_at_once(config, schema):
    config["variants"]["batches"] = 0
    config["genome_build"] = "hg19"
    del config["samples"]

    found = "\n".join(texts(config, schema))

    assert "column variants.batches, value '0'" in found
    assert "value 'hg19'" in found
    assert "write GRCh37" in found
    assert "'samples' is a required property" in found


@pytest.mark.parametrize(
    ("section", "name", "change", "expected"),
    [
        ("models", "lfs", {"population": "everyone"}, "value 'everyone': is defined"),
        ("models", "lfs", {"endpoint": "pfs"}, "value 'pfs': is defined nowhere"),
        (
            "models",
            "nrm",
            {"cause": "dead"},
            "use one of lineage_switch, cd19_negative",
        ),
        ("models", "lfs", {"method": "logistic"}, "does not fit the time endpoint"),
        ("models", "response", {"method": "cox"}, "does not fit the binary endpoint"),
        ("endpoints", "lfs", {"population": "x"}, "endpoints.lfs.population"),
        ("populations", "relapsed", {"within": "x"}, "populations.relapsed.within"),
    ],
)
def test_a_name_that_nothing_defines_is_refused(
    config, schema, section, name, change, expected
):
    config[section][name] = {**config[section][name], **change}

    assert expected in "\n".join(texts(config, schema))


def test_null_switches_an_entry_off_and_stays_where_it_is_a_value():
    config = {"models": {"lfs": None, "os": {"a": 1}}, "published": None}

    assert without_switched_off(config) == {
        "models": {"os": {"a": 1}},
        "published": None,
    }


def test_null_in_a_list_stands_for_missing():
    where = {"where": {"relapse_cd19": ["unknown", None]}}

    assert without_switched_off(where) == where


def test_a_delivered_table_is_found_from_any_folder(tmp_path, monkeypatch, root):
    monkeypatch.chdir(tmp_path)

    assert located("config/config.yaml", root) == str(root / "config/config.yaml")


def test_a_table_of_the_working_folder_comes_first(tmp_path, monkeypatch, root):
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("")
    monkeypatch.chdir(tmp_path)

    assert located("config/config.yaml", root) == "config/config.yaml"


def test_ever_transplanted_is_refused_unless_the_model_allows_immortal_time(
    config, schema
):
    model = copy.deepcopy(config["models"]["cd19_negative_relapse"])
    model["covariates"]["hct_ever"] = {}
    config["models"]["biased"] = model

    (text,) = texts(config, schema)

    assert "models.biased.covariates.hct_ever" in text
    assert "hct_time_dependent" in text

    model["allow_immortal_time"] = True

    assert texts(config, schema) == []


def test_fine_gray_with_a_time_dependent_covariate_is_refused(config, schema):
    model = copy.deepcopy(config["models"]["cd19_negative_relapse"])
    config["models"]["meaningless"] = {**model, "method": "fine_gray"}

    (text,) = texts(config, schema)

    assert "models.meaningless.method" in text
    assert "time-dependent covariate (hct_time_dependent)" in text


@pytest.mark.parametrize(
    ("section", "name", "change", "place"),
    [
        ("endpoints", "os", {"population": "remission"}, "endpoints.os.population"),
        ("endpoints", "lfs", {"from": "treatment_start"}, "endpoints.lfs.population"),
        ("models", "os", {"population": "remission"}, "models.os.population"),
        ("models", "os", {"population": "ph_like_remission"}, "models.os.population"),
        # Eligible for lfs from the response on, but in `relapsed` only by a relapse.
        ("models", "lfs", {"population": "relapsed"}, "models.lfs.population"),
        ("curves", "os_by_tp53", {"population": "remission"}, "curves.os_by_tp53"),
        ("incidences", "cd19_by_tp53", {"population": "relapsed"}, "cd19_by_tp53"),
    ],
)
def test_time_that_starts_before_the_population_is_known_is_refused(
    config, schema, section, name, change, place
):
    within = config["statistics"] if section in ("curves", "incidences") else config
    within[section][name] = {**within[section][name], **change}

    found = [text for text in texts(config, schema) if place in text]

    assert len(found) == 1
    assert "immortal" in found[0]
    assert "eligibility" in found[0]


@pytest.mark.parametrize("column", ["hct_day", "hct_ever"])
@pytest.mark.parametrize(
    ("section", "name", "place"),
    [
        ("curves", "lfs_by_tp53", "statistics.curves.lfs_by_tp53.group_by"),
        ("incidences", "emd_by_tp53", "statistics.incidences.emd_by_tp53.group_by"),
    ],
)
def test_a_figure_grouped_by_a_later_transplant_is_refused(
    config, schema, section, name, place, column
):
    config["groups"]["transplanted"] = {
        "column": column,
        "levels": {"no": ["no"], "yes": ["yes"]},
        "missing": "exclude",
    }
    config["statistics"][section][name]["group_by"] = "transplanted"

    (text,) = texts(config, schema)

    assert place in text
    assert "immortal" in text


@pytest.mark.parametrize(("allowed", "faults"), [(False, 1), (True, 0)])
def test_strata_of_a_later_transplant_are_refused_unless_allowed(
    config, schema, allowed, faults
):
    config["models"]["lfs"]["strata"] = ["hct_ever"]
    config["models"]["lfs"]["allow_immortal_time"] = allowed

    found = texts(config, schema)

    assert len(found) == faults
    assert all("models.lfs.strata" in text for text in found)


def test_immortal_time_is_refused_everywhere_at_once(config, schema):
    config["models"]["os"]["population"] = "remission"
    config["models"]["lfs"]["strata"] = ["hct_ever"]
    config["statistics"]["curves"]["os_by_tp53"]["population"] = "remission"

    assert len(texts(config, schema)) == 3


def test_an_unknown_cause_may_only_be_a_cause_of_its_endpoint(config, schema):
    unknown = {"cd19_unknown": ["cd19_negative", "cd19_low"]}
    config["endpoints"]["cd19_relapse"]["unknown"] = unknown

    (text,) = texts(config, schema)

    assert "endpoints.cd19_relapse.unknown.cd19_unknown, value 'cd19_low'" in text
    assert "use one of lineage_switch, cd19_negative" in text


def within(term, parts):
    """Return covariates with an interaction of some of them, within one."""
    covariates = {"tp53": {}, "rr_against_mrd": {}, "age": {"per": 10}}
    covariates["hct"] = {"time_dependent": "hct_date"}
    by = {"interaction": parts, "within": term}
    return {"covariates": {**covariates, "tp53_by_indication": by}}


@pytest.mark.parametrize(
    ("model", "change", "place", "said"),
    [
        ("cd19_negative_relapse", {"covariates": {"transplanted": {}}}, "transplanted",
         "immortal-time biased"),
        ("lfs", {"univariable": {"transplanted": {}}}, "univariable.transplanted",
         "immortal-time biased"),
        ("response", {"covariates": {"hct": {"time_dependent": "hct_date"}},
         "univariable": {}}, "models.response.method", "time-dependent covariate (hct)"),
        ("response", {"strata": ["indication_group"]}, "models.response.strata",
         "logistic has no strata"),
        ("nrm", {"strata": ["indication_group"]}, "models.nrm.strata",
         "fine_gray has no strata"),
        ("nrm", {"covariates": {"hct": {"time_dependent": "hct_date"}}},
         "models.nrm.beside", "time-dependent covariates only (hct"),
        ("lfs", {"covariates": {"x": {"interaction": ["tp53", "age"]}, "tp53": {}}},
         "models.lfs.covariates.x", "stand before it"),
        ("lfs", {"univariable": {"tp53": {}, "x": {"interaction": ["tp53", "age"]}}},
         "models.lfs.univariable.x", "interaction alone has no meaning"),
        ("lfs_tp53_by_indication", within("ph_like", ["tp53", "rr_against_mrd"]),
         "tp53_by_indication.within", "is none of the terms"),
        ("lfs_tp53_by_indication", within("tp53", ["tp53", "rr_against_mrd", "age"]),
         "tp53_by_indication.within", "is one of 3 terms"),
        ("lfs_tp53_by_indication", within("age", ["tp53", "age"]),
         "tp53_by_indication.within", "is a number, which has no levels"),
        ("lfs_tp53_by_indication", within("hct", ["tp53", "hct"]),
         "tp53_by_indication.within", "changes with time"),
    ],
)  # fmt: skip
def test_what_a_model_cannot_be_is_refused_before_the_run(
    config, schema, model, change, place, said
):
    config["groups"]["transplanted"] = {
        "column": "hct_day",
        "levels": {"no": {"below": 0}, "yes": {"at_least": 0}},
    }
    config["models"][model] |= change

    (text,) = texts(config, schema)

    assert place in text
    assert said in text


def test_two_interactions_of_one_name_and_endpoint_are_refused(config, schema):
    config["models"]["more"] = {**config["models"]["lfs_tp53_by_indication"]}

    (text,) = texts(config, schema)

    assert "models.more.covariates.tp53_by_indication" in text
    assert "could not be told apart" in text
    config["models"]["more"]["population"] = "rr_remission"
    assert texts(config, schema) == []


def test_within_needs_an_interaction(config, schema):
    config["models"]["lfs"]["covariates"]["tp53"] = {"within": "age"}

    assert any(
        "'interaction' is a dependency of 'within'" in t for t in texts(config, schema)
    )


def test_fine_gray_of_an_endpoint_with_delayed_entry_is_refused(config, schema):
    config["endpoints"]["cd19_relapse"]["entry"] = "registration_date"

    found = texts(config, schema)

    assert len(found) == 3
    assert all("cannot take the delayed entry" in text for text in found)


def test_a_group_has_levels_or_cut_points_and_not_both(config, schema):
    config["groups"]["age_group"] = {
        "column": "age",
        "cut_points": [40],
        "unit": "years",
    }
    assert texts(config, schema) == []

    config["groups"]["age_group"]["levels"] = {"old": {"above": 60}}

    assert len(texts(config, schema)) == 1


def test_one_p_is_in_one_family_only(config, schema):
    families = config["statistics"]["families"]
    families["more"] = {"univariable": ["age", "sex"], "method": "holm"}
    families["other_model"] = {
        **{"multivariable": ["tp53"], "models": ["os"], "method": "holm"},
    }

    (text,) = texts(config, schema)

    assert "statistics.families.more.univariable, value 'age'" in text
    assert "clinical_screen" in text


def test_populations_that_are_part_of_each_other_are_refused(config, schema):
    config["populations"]["remission"]["within"] = "relapsed"
    everybody = [{"where": {}}]
    config["populations"]["remission"]["any"] = everybody

    told = "\n".join(texts(config, schema))

    assert "populations.remission.within, value 'relapsed'" in told
    assert "populations.relapsed.within, value 'remission'" in told
    assert checkable(config, schema) is None


@pytest.mark.parametrize(
    ("path", "lacking"),
    [(("populations", "mrd"), "eligible_from"), (("endpoints", "response"), "date")],
)
def test_a_limit_of_days_without_its_date_is_refused(config, schema, path, lacking):
    section, name = path
    if section == "populations":
        where = {"indication": ["mrd"]}
        config[section][name] = {"any": [{"where": where, "within_days": 30}]}
    else:
        del config[section][name]["date"]

    told = "\n".join(texts(config, schema))

    assert f"{section}.{name}" in told
    assert f"'{lacking}' is a dependency of" in told


def test_an_unquoted_yes_among_keys_is_named(config, schema):
    config["groups"]["high_burden"]["levels"] = {True: {"above": 50}}

    told = "\n".join(texts(config, schema))

    assert "groups.high_burden.levels, value 'True': is a key that YAML" in told
    assert 'quote it: "yes"' in told
