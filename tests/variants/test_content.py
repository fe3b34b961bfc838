import pickle

from ballad.variants.content import VcfContent


def test_of_rows_that_were_replaced_the_new_ones_are_written():
    sent = pickle.loads(pickle.dumps(VcfContent([("a", "b"), ("", "")])))
    sent.rows = [("c", "")]

    assert sent.text() == "c\t\n"
    assert VcfContent().text() == ""
