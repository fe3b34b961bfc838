import gc

from ballad.job import few_collections


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
