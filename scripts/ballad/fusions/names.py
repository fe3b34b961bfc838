"""One spelling for each gene a fusion caller may name."""

import re
from collections.abc import Collection, Iterable

_INTERGENIC = re.compile(r"\(\d+\)")
_LOCUS = re.compile(r"^(IG[HKL])(?:@.*|-@.*|@-ext|[VDJC].*)$")


class GeneNames:
    """
    The alias table, exact names first, then its wildcards (``IGHJ*``).

    Parameters
    ----------
    aliases
        Pairs (alias, approved symbol).
    known
        Further symbols, approved as they are; they decide whether the ``-`` of a pair
        like ``BCR-ABL1`` separates two genes.
    """

    def __init__(
        self, aliases: Iterable[tuple[str, str]], known: Collection[str] = ()
    ) -> None:
        pairs = list(aliases)
        self._exact = {a: symbol for a, symbol in pairs if not a.endswith("*")}
        self._prefixes = sorted(
            ((a[:-1], symbol) for a, symbol in pairs if a.endswith("*")),
            key=lambda pair: -len(pair[0]),
        )
        self._known = {symbol for _, symbol in pairs} | set(known)

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
        # Typed by hand; BCR written bcr is no unknown gene.
        upper = symbol.upper()
        if symbol == upper:
            return symbol
        return self._exact.get(upper, upper if upper in self._known else symbol)

    def candidates(self, text: str) -> list[str]:
        """Return the symbols of a field that may name several neighbours."""
        names = [self.approved(part) for part in text.split(",") if part.strip()]
        return list(dict.fromkeys(names))

    def pair(self, gene5: str, gene3: str) -> tuple[list[str], list[str]]:
        """
        Return the candidates of both partners.

        Without a second gene the first may be ``A-B``: it is split where both halves
        are known symbols and nowhere else, so that NKX2-1 stays one gene.
        """
        if not gene3:
            for place in (m.start() for m in re.finditer("-", gene5)):
                halves = (gene5[:place], gene5[place + 1 :])
                five, three = (self.approved(half) for half in halves)
                if {five, three} <= self._known:
                    return [five], [three]
        return self.candidates(gene5), self.candidates(gene3)
