import os

import pytest

from ballad.inputs.confirmation import confirm
from ballad.inputs.run_record import checksums
from ballad.inputs.steadiness import steady
from ballad.problems import InputError


@pytest.fixture
def vcf(tmp_path):
    path = tmp_path / "001.vcf"
    path.write_text("one\n")
    return path


def test_a_file_replaced_while_it_is_read_is_refused_by_name(vcf):
    with pytest.raises(InputError, match=r"001\.vcf: changed while it was being read"):
        with steady([str(vcf)]):
            vcf.write_text("two\n")


def test_a_replacement_with_the_old_date_and_size_is_noticed(vcf):
    def replace():
        with steady([str(vcf)]):
            vcf.write_text("two\n")
            os.utime(vcf, ns=dates)

    dates = vcf.stat().st_atime_ns, vcf.stat().st_mtime_ns

    with pytest.raises(InputError):
        replace()


def test_a_file_removed_while_it_is_read_is_refused(vcf):
    with pytest.raises(InputError), steady([str(vcf)]):
        vcf.unlink()


def test_a_file_that_stays_is_no_error(vcf):
    with steady([str(vcf)]):
        assert vcf.read_text() == "one\n"


def test_every_file_that_differs_from_its_record_is_named_with_the_cure(tmp_path):
    paths = [tmp_path / f"{name}.vcf" for name in ("001", "002", "003")]
    for path in paths:
        path.write_text("one\n")
    recorded = checksums(map(str, paths))
    paths[0].write_text("two\n")
    paths[2].write_text("two\n")

    with pytest.raises(InputError) as refused:
        confirm(recorded, map(str, paths))

    message = str(refused.value)
    assert message.startswith("2 problems")
    assert "001.vcf: changed during the run" in message
    assert "002.vcf" not in message
    assert f"touch {paths[2]}" in message


def test_unchanged_inputs_are_listed_as_they_were_recorded(vcf):
    recorded = checksums([str(vcf)])

    assert confirm(recorded, [str(vcf)]).equals(recorded)
