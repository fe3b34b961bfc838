import gc
import subprocess
import sys

from ballad.job import few_collections

WORDS = """
import logging, sys
from ballad.job import log_to
log_to(sys.argv[1])
logging.info("42 rows")
logging.getLogger("fontTools.subset").info("maxp pruned")
logging.getLogger("fontTools.subset").warning("a glyph is missing")
"""


def test_python_looks_for_cycles_as_before_once_the_work_is_done():
    before = gc.get_threshold()

    try:
        with few_collections():
            during = gc.get_threshold()
            raise ValueError
    except ValueError:
        pass
    finally:
        gc.unfreeze()

    assert gc.get_threshold() == before
    assert during[0] > before[0] > 0


def test_a_log_has_the_words_of_the_rule_and_no_page_about_each_font(root, tmp_path):
    log = tmp_path / "rule.log"
    command = [sys.executable, "-c", WORDS, str(log)]
    subprocess.run(command, check=True, env={"PYTHONPATH": str(root / "scripts")})

    assert log.read_text() == "INFO 42 rows\nWARNING a glyph is missing\n"
