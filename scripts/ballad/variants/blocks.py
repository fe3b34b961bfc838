"""The blocks of a BGZF file: found, inflated and checked one by one."""

import os
import struct

from isal import isal_zlib

# What isal raises on damaged data; its stubs do not say that error is an exception.
DAMAGE: tuple = (EOFError, OSError, isal_zlib.error, struct.error)
LONGEST = 1 << 16  # bytes of a block, packed or not
_SHORT = 1 << 14  # bytes that most packed blocks of a VCF do not exceed
_HEAD = 1 << 8  # bytes within which a block tells its size
_MAGIC = b"\x1f\x8b\x08"
_FLAGS = 4  # of gzip: extra fields follow, and nothing else
_USUAL = b"\x06\x00BC\x02\x00"  # six bytes of extra fields, the first is the size
_CHECKS = struct.Struct("<2I")
_SIZE = struct.Struct("<H")


def packed_size(head: bytes) -> int | None:
    """
    Return how long a block is, from its first bytes; None if they begin no block.

    Source: SAM specification, section 4.1: subfield BC of the extra fields. Other
    subfields may stand before it.
    """
    if len(head) < 18 or not head.startswith(_MAGIC) or head[3] != _FLAGS:
        return None
    if head[10:16] == _USUAL:
        return _SIZE.unpack_from(head, 16)[0] + 1
    cursor, end = 12, 12 + _SIZE.unpack_from(head, 10)[0]
    while cursor + 6 <= min(end, len(head)):
        (length,) = _SIZE.unpack_from(head, cursor + 2)
        if head[cursor : cursor + 2] == b"BC" and length == 2:
            return _SIZE.unpack_from(head, cursor + 4)[0] + 1
        cursor += 4 + length
    return None


class Blocks:
    """A BGZF file read block by block."""

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDONLY)
        self.size = os.fstat(self._descriptor).st_size
        self._expected = _SHORT  # bytes of a packed block

    def close(self) -> None:
        """Give the file back."""
        os.close(self._descriptor)

    def read(self, address: int) -> tuple[bytes, int]:
        """
        Inflate the block at an address and return it with the next one's address.

        Raises
        ------
        OSError
            If there is no whole block, or its length or checksum is another.
        """
        packed = os.pread(self._descriptor, self._expected, address)
        size = packed_size(packed)
        if size is None or size > len(packed):
            self._expected = LONGEST
            packed = os.pread(self._descriptor, LONGEST, address)
            size = packed_size(packed)
        if size is None or size > len(packed):
            raise OSError(f"no whole block of BGZF at byte {address}")
        begin = 12 + _SIZE.unpack_from(packed, 10)[0]
        checksum, length = _CHECKS.unpack_from(packed, size - 8)
        view = memoryview(packed)[begin : size - 8]
        data = isal_zlib.decompress(view, -15, length or 1)
        if len(data) != length or isal_zlib.crc32(data) != checksum:
            raise OSError(f"the checksum of the block at byte {address} is wrong")
        return data, address + size

    def behind(self, address: int) -> int:
        """
        Tell where the block behind the one at an address lies, inflating nothing.

        Raises
        ------
        OSError
            If there is no block.
        """
        size = packed_size(os.pread(self._descriptor, _HEAD, address))
        if size is None:
            raise OSError(f"no block of BGZF at byte {address}")
        return address + size

    def whole(self) -> bytes:
        """
        Inflate the file from its beginning to its end.

        Raises
        ------
        OSError
            As `read`.
        """
        parts, address = [], 0
        while address < self.size:
            data, address = self.read(address)
            parts.append(data)
        return b"".join(parts)
