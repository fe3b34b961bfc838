"""Cells of the oncoprint: four states apart, as shapes and as an image."""

import numpy as np
import pandas as pd

from ballad.figures.oncoprint_cells import cell_image, runs, state_looks
from ballad.states import ABSENT, INDETERMINATE, NOT_ASSESSED, PRESENT, STATES


def test_runs_join_equal_neighbours():
    assert runs(["a", "a", "b"]) == [("a", 0, 2), ("b", 2, 3)]


def test_each_state_is_drawn_in_its_own_way(colours):
    looks = state_looks(colours)

    assert len({looks[state]["fc"] for state in STATES}) == 4
    assert looks[NOT_ASSESSED]["hatch"]
    assert not any("hatch" in looks[state] for state in (PRESENT, ABSENT))
    assert looks[INDETERMINATE]["height"] == 0.5


def test_the_image_of_many_patients_keeps_the_four_states_apart(colours):
    states = pd.DataFrame({"tp53": list(STATES) * 6})
    image = cell_image([], states, colours)[12:]

    looks = {state: image[:, STATES.index(state) :: 4] for state in STATES}
    for state, other in [(NOT_ASSESSED, ABSENT), (INDETERMINATE, ABSENT)]:
        assert not np.allclose(looks[state], looks[other])
    assert len(np.unique(looks[NOT_ASSESSED][1:-1].reshape(-1, 3), axis=0)) == 2
    assert len(np.unique(looks[ABSENT][1:-1].reshape(-1, 3), axis=0)) == 1
