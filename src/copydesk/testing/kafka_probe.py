"""Asks a broker whether consumer groups work yet, in Kafka's wire protocol.

A broker that accepts connections may still be making the topic where groups keep their offsets: clients then see error
15 (coordinator not available). Source: the Kafka protocol guide, FindCoordinator v0 and Heartbeat v0.
"""

import asyncio
import struct

_FIND_COORDINATOR = 10
_HEARTBEAT = 12
_UNKNOWN_MEMBER = 25
_GROUP = "copydesk-probe"


async def groups_work(host: str, port: int) -> bool:
    """Whether the coordinator answers for a group; making the broker prepare it, if not."""
    try:
        async with asyncio.timeout(5):
            reader, writer = await asyncio.open_connection(host, port)
            try:
                if await _error_code(reader, writer, _FIND_COORDINATOR, _string(_GROUP)):
                    return False
                heartbeat = _string(_GROUP) + struct.pack(">i", 0) + _string("nobody")
                return await _error_code(reader, writer, _HEARTBEAT, heartbeat) == _UNKNOWN_MEMBER
            finally:
                writer.close()
    except (OSError, TimeoutError, asyncio.IncompleteReadError):
        return False


async def _error_code(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, api: int, body: bytes) -> int:
    """Send a version 0 request whose answer begins with an error code, and return that."""
    request = struct.pack(">hhi", api, 0, 1) + _string("copydesk-probe") + body
    writer.write(struct.pack(">i", len(request)) + request)
    (size,) = struct.unpack(">i", await reader.readexactly(4))
    answer = await reader.readexactly(size)
    (code,) = struct.unpack_from(">h", answer, 4)
    return int(code)


def _string(text: str) -> bytes:
    return struct.pack(">h", len(text.encode())) + text.encode()
