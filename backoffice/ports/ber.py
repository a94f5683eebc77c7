"""Values in BER, the encoding of LDAP; only what the messages that we write or read ourselves are made of.

Lengths are always definite. Source: RFC 4511 §5.1, ITU-T X.690; ADR 24.
"""

INTEGER, OCTETS, SEQUENCE, SET = 0x02, 0x04, 0x30, 0x31
_BOOLEAN, _ENUMERATED = 0x01, 0x0A
_SHORT = 0x80
YES, NO = bytes((_BOOLEAN, 1, 0xFF)), bytes((_BOOLEAN, 1, 0))


def integer(number: int) -> bytes:
    """Write a number that is not negative; its first bit is always 0."""
    return tlv(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def enumerated(number: int) -> bytes:
    """Write a choice by its number, at most 127."""
    return tlv(_ENUMERATED, bytes((number,)))


def octets(value: bytes) -> bytes:
    """Write a string of bytes."""
    return tlv(OCTETS, value)


def tlv(tag: int, content: bytes) -> bytes:
    """Write a tag, the length of its content, and the content, which is in BER already where it is composed."""
    length = len(content)
    if length < _SHORT:
        return bytes((tag, length)) + content
    size = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, _SHORT | len(size))) + size + content


def opened(data: bytes, at: int, tag: int) -> tuple[int, int]:
    """Give where the content of the value at a place begins and ends, which may be beyond what is there.

    Raises ValueError where there is another tag or no definite length, and IndexError at the end of the data.
    """
    length = data[at + 1]
    if data[at] != tag or length == _SHORT:
        raise ValueError(at)
    start = at + 2
    if length > _SHORT:
        start += length - _SHORT
        length = int.from_bytes(data[at + 2 : start], "big")
    return start, start + length
