"""Whether a document can be canonicalised as RDF without only costing time.

RDFC-1.0 tells nameless nodes apart by what is said of them. Where several look alike from near (the same values, the
same named neighbours), it tries their orders, and orders of orders where such nodes lie within one another. A badge has
a handful of them; a "poison graph" has thousands. The number of orders is bounded here before the library sees it.

Before that, the values of each thing are put together from all places that name it, and the library compares each new one
with all that are there (JSON-LD 1.1 Processing Algorithms and API, "Node Map Generation"): ten thousand of them take it
half a minute. So is their number.

RDF Dataset Canonicalization 1.0, §4.4 and "Dataset Poisoning".
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import field
from typing import Any

from pinback.dataclass import dataclass
from pinback.verify import limits
from pinback.verify.asking import Asker
from pinback.verify.exam import text_of
from pinback.verify.verdict import unknown


@dataclass(slots=True)
class _Node:
    """An object of a document.

    Attributes:
        name: its id, or "".
        look: what can be told of it from near; "" for a named one.
        values: how many values and objects stand in it.
        inside: the objects in it, with the member under which each stands.
    """

    name: str
    look: str = ""
    values: int = 0
    inside: list[tuple[str, _Node]] = field(default_factory=list)


def refuse_costly(document: dict[str, Any], asker: Asker) -> None:
    """Stop before a graph is canonicalised that only costs time.

    Raises:
        Finding: cannot tell: too many objects, too many values of one, or too many without an id that look alike.
    """
    nodes: list[_Node] = []
    top = _node(document, nodes)
    asker.objects_left -= len(nodes)
    if asker.objects_left < 0 or sum(bool(node.look) for node in nodes) > limits.MAX_NAMELESS:
        raise unknown(f"it holds more than {limits.MAX_OBJECTS:,} things, or {limits.MAX_NAMELESS} without an id")
    asker.comparisons_left -= _comparisons(nodes)
    if asker.comparisons_left < 0:
        raise unknown("a thing in it has so many values that comparing them only costs time")
    often = Counter(node.look for node in nodes if node.look)
    if _orders(top, often) > limits.MAX_ORDERS:
        raise unknown("many things in it look alike, which only costs time")


def _comparisons(nodes: list[_Node]) -> int:
    """Return how often two values are compared, those of one member and of others counted alike."""
    together: Counter[str | int] = Counter()
    for number, node in enumerate(nodes):
        together[node.name or number] += node.values
    return sum(values * values // 2 for values in together.values())


def _node(value: dict[str, Any], nodes: list[_Node]) -> _Node:
    if text_of(value.get("id")).startswith("_:"):
        raise unknown("a thing in it has a name that holds only within the document (_:), which is not read here")
    seen: list[tuple[str, str]] = []
    node = _Node(text_of(value.get("id")))
    nodes.append(node)
    if len(nodes) > limits.MAX_OBJECTS:
        raise unknown(f"it holds more than {limits.MAX_OBJECTS:,} things")
    for name, member in value.items():
        if name == "@context":
            continue
        waiting = [member]
        while waiting:
            item = waiting.pop()
            if isinstance(item, list):
                waiting += item
            elif isinstance(item, dict):
                node.inside.append((name, _node(item, nodes)))
                seen.append((name, text_of(item.get("id")) or "_"))
            else:
                seen.append((name, repr(item)))
    node.values = len(seen)
    if "id" not in value:
        node.look = repr(sorted(seen))
    return node


def _orders(node: _Node, often: Counter[str]) -> int:
    """Return the orders of all clusters of nameless nodes in a tree that look alike, added up."""
    waiting, total = [node], 0
    while waiting:
        root = waiting.pop()
        orders, cluster = 1, [root]
        while cluster:
            one = cluster.pop()
            alike = often[one.look] > 1
            groups = Counter((name, inner.look) for name, inner in one.inside if inner.look)
            if alike:
                orders = min(orders * math.prod(math.factorial(min(size, 12)) for size in groups.values()), 10**9)
            for _, inner in one.inside:
                (cluster if alike and often[inner.look] > 1 else waiting).append(inner)
        total += orders if orders > 1 else 0
    return total
