"""Messages of later minor versions: values that a list of ours does not name yet are kept as they are.

Lists of values (`Literal`) are open: a later minor version may add to them, and readers of today must not refuse the
message. So where a message is refused as it stands, it is read once more with every list taken for any string.
"""

from collections.abc import Callable
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Struct

S = TypeVar("S", bound=Struct)


@cache
def open_decoder(kind: type[S]) -> Callable[[bytes], S]:
    """A decoder of JSON that accepts any string where `kind`, or a struct in it, has a list of strings.

    It raises `msgspec.DecodeError` for everything else that a decoder of `kind` refuses.
    """
    decoder = msgspec.json.Decoder(_opened(kind))

    def decode(value: bytes) -> S:
        closed: S = _closed(decoder.decode(value))
        return closed

    return decode


@cache
def _opened_struct(kind: type[Struct]) -> type[Struct]:
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for info in msgspec.structs.fields(kind):
        opened = _opened(info.type)
        if info.required:
            fields.append((info.name, opened))
        elif info.default_factory is not msgspec.NODEFAULT:
            fields.append((info.name, opened, msgspec.field(default_factory=info.default_factory)))
        else:
            fields.append((info.name, opened, info.default))
    return msgspec.defstruct(kind.__name__, fields, kw_only=True, frozen=True, namespace={"opens": kind})


def _opened(annotation: Any) -> Any:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        return _opened_struct(annotation) if issubclass(annotation, Struct) else annotation
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return str
    if origin is Annotated:
        return Annotated[(_opened(arguments[0]), *arguments[1:])]
    if origin in (Union, UnionType):
        return Union[tuple(_opened(argument) for argument in arguments)]  # noqa: UP007 (of a computed tuple)
    return origin[tuple(_opened(argument) for argument in arguments)] if arguments else annotation


def _closed(held: Any) -> Any:
    """The same with structs of the classes that consumers know."""
    if isinstance(held, Struct) and (kind := getattr(held, "opens", None)) is not None:
        return kind(**{name: _closed(getattr(held, name)) for name in held.__struct_fields__})
    if isinstance(held, list):
        return [_closed(item) for item in held]
    if isinstance(held, dict):
        return {key: _closed(item) for key, item in held.items()}
    return held
