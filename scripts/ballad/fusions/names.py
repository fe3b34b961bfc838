"""One spelling for each gene a fusion caller may name."""

import re
from collections.abc import Iterable

_INTERGENIC = re.compile(r"\(\d+\)")
_LOCUS = re.compile(r"^(IG[HKL])(?:@|-@|@-ext|[VDJC].*)$")


class GeneNames:
    """The alias table, exact names first, then its wildcards (``IGHJ*``)."""

    def __init__(self, aliases: Iterable[tuple[str, str]]) -> None:
        pairs = list(aliases)
        self._exact = {a: symbol for a, symbol in pairs if not a.endswith("*")}
        self._prefixes = sorted(
            ((a[:-1], symbol) for a, symbol in pairs if a.endswith("*")),
            key=lambda pair: -len(pair[0]),
        )

    def approved(self, name: str) -> str:
        """
        Return the approved symbol of one name; an unknown name stays as it is.

        ``SYMBOL^ENSG…`` loses the identifier, ``GENE(123)`` the distance.
        """
        symbol = _INTERGENIC.sub("", name.split("^")[0]).strip()
        if symbol in self._exact:
            return self._exact[symbol]
        if locus := _LOCUS.match(symbol):
            return locus.group(1)
        for prefix, approved in self._prefixes:
            if symbol.startswith(prefix):
                return approved
        return symbol

    def candidates(self, text: str) -> list[str]:
        """Return the symbols of a field that may name several neighbours."""
        names = [self.approved(part) for part in text.split(",") if part.strip()]
        return list(dict.fromkeys(names))
