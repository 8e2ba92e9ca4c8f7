"""Limits how much of an answer is read to 1 MB, even if a few kilobytes decompress to gigabytes.

The largest answers we expect are a page of the list call and a page of a channel's history, about 100 kB each. Anything much
larger does not come from either cloud.
"""

import zlib

import aiohttp

LARGEST_ANSWER = 1024 * 1024  # bytes, unpacked
_CHUNK = 64 * 1024
_LAYERS = 2  # of compression; each costs time, and a header has room for hundreds
_GZIP, _ZLIB, _RAW_DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class AnswerTooLarge(aiohttp.ClientError):
    """More than LARGEST_ANSWER bytes."""


class AnswerNotDecoded(aiohttp.ClientError):
    """Not compressed as its Content-Encoding says, or in a way that we do not support."""


class BoundedResponse(aiohttp.ClientResponse):
    """An answer that limits the size of its body; aiohttp itself sets no limit.

    aiohttp decompresses a single layer during reading, and stops when nothing reads on.
    """

    async def read(self) -> bytes:
        """The decompressed body. Raises AnswerTooLarge, after which the connection is closed."""
        if self._body is None:
            body = bytearray()
            async for chunk in self.content.iter_chunked(_CHUNK):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    self.close()
                    raise AnswerTooLarge
            self._body = bytes(body)
        return await super().read()


def unpacked(body: bytes, content_encoding: str) -> bytes:
    """Undo a Content-Encoding, innermost layer last. Raises AnswerTooLarge or AnswerNotDecoded."""
    words = [word.strip().lower() for word in content_encoding.split(",")]
    layers = [word for word in words if word not in {"", "identity"}]
    if len(layers) > _LAYERS:
        raise AnswerNotDecoded
    for layer in reversed(layers):
        body = _inflated(body, layer)
    return body


def _inflated(body: bytes, layer: str) -> bytes:
    if not body:
        return body
    if layer in {"gzip", "x-gzip"}:
        window = _GZIP
    elif layer == "deflate":
        # RFC 9110 section 8.4.1.2: some send it without the wrapping of zlib, whose first four bits are always 8.
        window = _ZLIB if body[0] & 0xF == 8 else _RAW_DEFLATE
    else:
        raise AnswerNotDecoded
    inflater = zlib.decompressobj(window)
    try:
        unpacked_body = inflater.decompress(body, LARGEST_ANSWER + 1)
    except zlib.error:
        raise AnswerNotDecoded from None
    if len(unpacked_body) > LARGEST_ANSWER:
        raise AnswerTooLarge
    if not inflater.eof or inflater.unused_data:
        raise AnswerNotDecoded
    return unpacked_body
