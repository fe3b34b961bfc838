"""Tables of knowledge, read by what must begin at once: no csv, no pandas."""

from collections.abc import Iterator


def rows_of(path: str) -> Iterator[dict[str, str]]:
    """
    Yield the rows of a tab-separated table by its column names.

    A quotation mark is text. Lines without anything are passed over.

    Raises
    ------
    ValueError
        If a row has other columns than the table.
    """
    with open(path, encoding="utf-8") as lines:
        names = next(lines, "").rstrip("\n").split("\t")
        for number, line in enumerate(lines, 2):
            cells = line.rstrip("\n").split("\t")
            if len(cells) != len(names):
                if cells == [""]:
                    continue
                raise ValueError(
                    f"{path}: line {number} has {len(cells)} columns, "
                    f"the table has {len(names)}"
                )
            yield dict(zip(names, cells, strict=True))
