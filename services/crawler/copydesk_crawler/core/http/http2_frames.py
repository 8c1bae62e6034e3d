"""A look at HTTP/2 frames before the protocol's own reader, which would buffer 16 MB of one and answer any flood."""

_HEADER = 9
_DATA = 0
_MAX_LENGTH = 16_384
"""What a frame may hold unless we say otherwise, and we never do (RFC 9113, 4.2)."""
_MAX_CONTROL_FRAMES = 10_000
"""In the life of a connection; an exchange takes about five."""


class FrameGauge:
    """Measures the frames of one connection as bytes of it come in (RFC 9113, 4.1)."""

    def __init__(self) -> None:
        self._head = b""
        self._left = 0
        self._control_frames = 0

    def objection(self, data: bytes) -> str | None:
        """Why the connection should end, None while it may go on."""
        at = 0
        while at < len(data):
            if self._left:
                taken = min(self._left, len(data) - at)
                self._left -= taken
                at += taken
                continue
            part = data[at : at + _HEADER - len(self._head)]
            self._head += part
            at += len(part)
            if len(self._head) < _HEADER:
                break
            self._left = int.from_bytes(self._head[:3])
            if self._left > _MAX_LENGTH:
                return f"a frame of {self._left} bytes"
            self._control_frames += self._head[3] != _DATA
            if self._control_frames > _MAX_CONTROL_FRAMES:
                return f"more than {_MAX_CONTROL_FRAMES} frames without data"
            self._head = b""
        return None
