"""Dataclasses that take little time to load.

``dataclasses`` writes six methods of each class as text and compiles them while a module is loaded: half a millisecond for a class, and
a command loads more than a hundred of them. Here all classes share their methods but ``__init__``, which is written when the first
instance is made. What a class says, and how its instances compare, print and are pickled, is as there; type checkers are told that
it is the standard library's own. There are slots always, and no bases, ``ClassVar``, ``InitVar`` or fields by keyword alone.
"""

from __future__ import annotations

import dataclasses
from operator import attrgetter, eq, ge, gt, le, lt
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from dataclasses import dataclass as dataclass  # so that it counts as exported
else:

    def dataclass(*, slots: bool, frozen: bool = False, order: bool = False) -> Callable[[type], type]:
        """Return what makes a dataclass with slots of a class."""
        return lambda plain: _made(plain, frozen, order)


def _made(plain: type, frozen: bool, order: bool) -> type:
    """Return the class with slots that *plain* describes."""
    names, own = tuple(plain.__annotations__), vars(plain)
    given = {name: own[name] for name in names if name in own}
    told = {name: one for name, one in given.items() if isinstance(one, dataclasses.Field)}
    compared = _getter([name for name in names if name not in told or told[name].compare])
    hashed = _getter([name for name in names if name not in told or _is_hashed(told[name])])

    def init(self: object, *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - whatever the fields are
        made.__init__ = _init(made, names, given, frozen)  # type: ignore[misc]
        made.__init__(self, *arguments, **named)  # type: ignore[misc]

    body: dict[str, Any] = {
        "__init__": init,
        "__repr__": _repr([name for name in names if name not in told or told[name].repr]),
        "__eq__": _comparing(compared, eq),
        "__dataclass_fields__": _Fields(plain),
        "__match_args__": names,
        "__getstate__": lambda self: [getattr(self, name) for name in names],
        "__setstate__": _set_state,
    }
    if order:
        body |= {f"__{how.__name__}__": _comparing(compared, how) for how in (lt, le, gt, ge)}
    if frozen:
        body |= {"__setattr__": _refuse_to_set, "__delattr__": _refuse_to_delete}
    body["__hash__"] = (lambda self: hash(hashed(self))) if frozen else None
    body |= {name: value for name, value in own.items() if name not in (*given, "__dict__", "__weakref__")}
    body["__slots__"] = names
    made = type(plain)(plain.__name__, (), body)
    made.__qualname__ = plain.__qualname__
    return made


def _init(cls: type, names: tuple[str, ...], given: Mapping[str, Any], frozen: bool) -> Callable[..., None]:
    """Return ``__init__`` of a class.

    Instances of frozen classes are filled as those of another class with the same slots, which is not frozen: that takes a quarter
    of the time, and a large club has ten thousands of them.
    """
    bound: dict[str, Any] = {"_cls": cls, "_set": object.__setattr__, "_missing": dataclasses.MISSING}
    parameters: list[str] = []
    values: list[tuple[str, str]] = []
    for name in names:
        default: Any = given.get(name, dataclasses.MISSING)
        factory: Any = dataclasses.MISSING
        asked = True
        if isinstance(default, dataclasses.Field):
            default, factory, asked = default.default, default.default_factory, default.init
        parameter, value = name, name
        if factory is not dataclasses.MISSING:
            bound[f"_make_{name}"] = factory
            parameter = f"{name}=_missing"
            value = f"_make_{name}() if {name} is _missing else {name}" if asked else f"_make_{name}()"
        elif default is not dataclasses.MISSING:
            bound[f"_default_{name}"] = default
            parameter = f"{name}=_default_{name}"
            value = name if asked else f"_default_{name}"
        elif not asked:
            continue
        parameters += [parameter] if asked else []
        values.append((name, value))
    lines = [f"self.{name} = {value}" for name, value in values]
    if frozen and values:
        bound["_open"] = type(f"Open{cls.__name__}", (), {"__slots__": names})
        fast = ["_set(self, '__class__', _open)", *lines, "self.__class__ = _cls"]
        # A class that is made of this one has other slots.
        slow = [f"_set(self, {name!r}, {value})" for name, value in values]
        lines = ["if self.__class__ is _cls:", *(f" {line}" for line in fast), "else:", *(f" {line}" for line in slow)]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    body, parameters = "\n  ".join(lines) or "pass", ["self", *parameters]
    text = f"def made({', '.join(bound)}):\n def __init__({', '.join(parameters)}):\n  {body}\n return __init__"
    scope: dict[str, Any] = {}
    exec(text, scope)  # names of fields of our own classes, as in the standard library
    written: Callable[..., None] = scope["made"](**bound)
    written.__qualname__ = f"{cls.__qualname__}.__init__"
    return written


def _is_hashed(one: dataclasses.Field[Any]) -> bool:
    return one.compare if one.hash is None else one.hash


def _getter(names: list[str]) -> Callable[[object], Any]:
    return attrgetter(*names) if names else lambda one: ()


def _repr(names: list[str]) -> Callable[[object], str]:
    def written(self: object) -> str:
        return f"{type(self).__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

    return written


def _comparing(values: Callable[[object], Any], how: Callable[[Any, Any], bool]) -> Callable[[object, object], Any]:
    def compared(self: object, other: object) -> Any:  # noqa: ANN401 - a truth, or NotImplemented
        return how(values(self), values(other)) if type(other) is type(self) else NotImplemented

    return compared


class _Fields:
    """What ``dataclasses.fields``, ``replace`` and ``asdict`` ask a class for; found out when one of them does."""

    def __init__(self, plain: Any) -> None:  # noqa: ANN401 - a class
        self._plain = plain

    def __get__(self, one: object, cls: type) -> Any:  # noqa: ANN401 - the standard library's own
        if not dataclasses.is_dataclass(self._plain):
            dataclasses.dataclass(init=False, repr=False, eq=False)(self._plain)
        return self._plain.__dataclass_fields__


def _set_state(self: object, state: list[object]) -> None:
    for name, value in zip(type(self).__slots__, state, strict=True):  # type: ignore[attr-defined]
        object.__setattr__(self, name, value)


def _refuse_to_set(self: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
