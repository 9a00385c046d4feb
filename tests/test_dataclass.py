"""Our dataclasses are what the standard library makes of the same classes."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from collections.abc import Callable
from dataclasses import field
from typing import Any

import pytest

from pinback import dataclass as ours


class Point:
    """A class with everything that ours have."""

    name: str
    at: int = 3
    tags: list[str] = field(default_factory=list)
    secret: str = field(default="s", repr=False, compare=False)
    loose: list[str] = field(default_factory=list, hash=False, compare=True)
    fixed: str = field(default="f", init=False)
    made: list[int] = field(default_factory=list, init=False, compare=False)
    later: str = field(init=False, repr=False, compare=False)

    def shout(self) -> str:
        return self.name.upper()


class Pair:
    left: int
    right: int = 0

    def __post_init__(self) -> None:
        if self.left < 0:
            raise ValueError(self.left)


class Empty:
    pass


Empty.__annotations__ = {}

KINDS = [{"frozen": frozen, "order": order} for frozen in (False, True) for order in (False, True)]


def both(plain: type, **kind: bool) -> tuple[Any, Any]:
    def fresh() -> type:
        body = {name: value for name, value in vars(plain).items() if name not in ("__dict__", "__weakref__")}
        # Fields are changed by whoever makes a class of them.
        body = {name: copy.copy(one) if isinstance(one, dataclasses.Field) else one for name, one in body.items()}
        return type(plain.__name__, (), body)

    return ours.dataclass(slots=True, **kind)(fresh()), dataclasses.dataclass(slots=True, **kind)(fresh())


def outcome(what: Callable[[], object]) -> object:
    try:
        return what()
    except Exception as error:  # whatever the standard library does
        return type(error), str(error)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("plain", "arguments", "named"),
    [
        (Point, ("ada",), {}),
        (Point, ("ada", 4, ["x"]), {"secret": "other"}),
        (Point, ("bob",), {"at": 4, "loose": ["y"]}),
        (Point, (), {}),
        (Point, ("ada",), {"fixed": "no"}),
        (Pair, (1,), {}),
        (Pair, (1, 2), {}),
        (Pair, (-1, 2), {}),
        (Pair, (1, 2, 3), {}),
        (Empty, (), {}),
    ],
)
def test_instance_says_what_the_standard_librarys_would(
    kind: dict[str, bool], plain: type, arguments: tuple[Any, ...], named: dict[str, Any]
) -> None:
    mine, theirs = both(plain, **kind)
    asked: list[Callable[[Any], object]] = [
        lambda cls: repr(cls(*arguments, **named)),
        lambda cls: cls(*arguments, **named) == cls(*arguments, **named),
        lambda cls: cls(*arguments, **named) == (*arguments,),
        lambda cls: hash(cls(*arguments, **named)) == hash(cls(*arguments, **named)),
        lambda cls: cls(*arguments, **named) < cls("b") if plain is Point else cls(*arguments, **named) < cls(1, 1),
        lambda cls: cls(*arguments, **named) >= cls(*arguments, **named),
        lambda cls: repr(dataclasses.replace(cls(*arguments, **named), **{"at": 9} if plain is Point else {})),
        lambda cls: dataclasses.asdict(cls(*arguments, **named)) if plain is not Point else "",
        lambda cls: repr(copy.copy(cls(*arguments, **named))) if plain is not Point else "",
        lambda cls: [(one.name, one.compare, one.init) for one in dataclasses.fields(cls)],
        lambda cls: cls.__match_args__ if plain is not Point else "",
        lambda cls: list(inspect.signature(cls(*arguments, **named).__init__).parameters),
        *(lambda cls, name=name: setattr(cls(*arguments, **named), name, 5) for name in plain.__annotations__),
        *(lambda cls, name=name: delattr(cls(*arguments, **named), name) for name in plain.__annotations__),
    ]
    for ask in asked:
        assert outcome(lambda ask=ask: ask(mine)) == outcome(lambda ask=ask: ask(theirs))  # type: ignore[misc]


@ours.dataclass(slots=True, frozen=True)
class Kept:
    name: str
    loose: list[str] = field(default_factory=list, hash=False)


def test_frozen_instance_can_be_hashed_pickled_and_matched_but_not_changed() -> None:
    one = Kept("ada")
    assert pickle.loads(pickle.dumps(one)) == one == copy.deepcopy(one)
    assert hash(one) == hash(Kept("ada", ["x"]))
    assert one != Kept("ada", ["x"])
    assert type(one) is Kept
    match one:
        case Kept(name, []):
            assert name == "ada"
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'name'"):
        one.name = "bob"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'name'"):
        del one.name
    with pytest.raises(AttributeError):
        one.more = 1  # type: ignore[attr-defined]


def test_each_instance_has_its_own_list() -> None:
    assert Kept("ada").loose is not Kept("ada").loose


def test_class_that_was_only_unpickled_is_whole() -> None:
    mine, _ = both(Pair, frozen=True)
    one = mine.__new__(mine)
    one.__setstate__([1, 2])
    assert repr(one) == "Pair(left=1, right=2)"
    assert dataclasses.replace(one, right=5) == mine(1, 5)


def test_class_that_is_made_of_a_frozen_one_is_filled_too() -> None:
    """Whoever uses Pinback as a library may make variants of its classes."""

    class Special(Kept):
        pass

    for plain in (Special, Kept, Special):
        one = plain("ada", ["x"])
        assert (one.name, one.loose, type(one)) == ("ada", ["x"], plain)
        with pytest.raises(dataclasses.FrozenInstanceError):
            one.name = "eve"  # type: ignore[misc]
