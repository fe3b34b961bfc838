"""Prints, after the tests of the cases, how far each family lies from R."""

DIFFERENCES: list[tuple[str, str, str, float, float]] = []


def pytest_terminal_summary(terminalreporter):
    if not DIFFERENCES:
        return
    terminalreporter.section("largest difference from R, by family")
    families: dict[str, list] = {}
    for entry in DIFFERENCES:
        families.setdefault(entry[0], []).append(entry)
    line = "{:<9} {:>5} {:>7}  {:>10}  {:>9}  {:>8}  {}".format
    write = terminalreporter.write_line
    write(line("family", "cases", "figures", "difference", "tolerance", "nearest", ""))
    for family, entries in families.items():
        _, case, name, difference, limit = max(entries, key=lambda entry: entry[3])
        cases = len({entry[1] for entry in entries})
        # How much of its tolerance the figure nearest to its limit uses.
        nearest = max(entry[3] / entry[4] for entry in entries)
        apart = (f"{difference:.1e}", f"{limit:.0e}", f"{nearest:.0%}")
        write(line(family, cases, len(entries), *apart, f"{case} {name}"))
