"""A light node tree: what expressions walk over. lxml only reads and writes XML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

ELEMENT, ATTRIBUTE, TEXT, COMMENT, INSTRUCTION, NAMESPACE, DOCUMENT = range(7)
XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace"


class Node:
    """One node. A leaf element keeps its text in `text`; an element with child nodes has its text there.

    Children and attributes are changed by the methods alone: what is empty is one list for all nodes.
    `name` is local, `uri` its namespace (empty for none), `prefix` as written. What is hidden is not `relevant`.
    `gathers`: the text of an element is that of all it holds.
    """

    __slots__ = (
        "_number",
        "_place",
        "_positions",
        "attributes",
        "children",
        "kind",
        "name",
        "named",
        "parent",
        "prefix",
        "text",
        "uri",
    )

    relevant: bool = True
    gathers: bool = True

    kind: int
    name: str
    uri: str
    prefix: str
    text: str
    parent: Node | None
    children: list[Node]
    attributes: list[Node]
    named: dict[str, list[Node]] | None
    _number: float | None
    _place: int
    _positions: dict[int, int] | None

    def __init__(self, kind: int, name: str = "", uri: str = "", prefix: str = "", text: str = "") -> None:
        self.kind = kind
        self.name = name
        self.uri = uri
        self.prefix = prefix
        self.text = text
        self.parent = None
        self.children = self.attributes = NO_NODES
        self.named = None
        self._number = None
        self._place = 0
        self._positions = None

    def append(self, child: Node) -> None:
        """`child` behind all others; what is known of the children is kept up."""
        child.parent = self
        if self._positions is not None:
            self._positions[id(child)] = len(self.children)
        if self.children is NO_NODES:
            self.children = [child]
        else:
            self.children.append(child)
        if self.named is not None and child.kind == ELEMENT:
            self.named.setdefault(child.name, []).append(child)

    def insert(self, index: int, child: Node) -> None:
        """`child` at a place; where it comes behind its namesakes, what is known of the children is kept up."""
        if index == len(self.children):
            self.append(child)
            return
        child.parent = self
        self.children.insert(index, child)
        self._renumber(index)
        if self.named is not None and child.kind == ELEMENT:
            same = self.named.get(child.name)
            if same and self.position_of(same[-1]) > index:
                self.named = None
            else:
                self.named.setdefault(child.name, []).append(child)

    def remove(self, child: Node) -> None:
        index = self.position_of(child)
        del self.children[index]
        if self._positions is not None:
            del self._positions[id(child)]
        self._renumber(index)
        if self.named is not None and child.kind == ELEMENT:
            same = self.named[child.name]
            same.pop() if same[-1] is child else same.remove(child)

    def _renumber(self, start: int) -> None:
        """The children from `start` on have moved."""
        if self._positions is not None:
            for index in range(start, len(self.children)):
                self._positions[id(self.children[index])] = index

    def set_attribute(self, attribute: Node) -> None:
        attribute.parent = self
        if self.attributes is NO_NODES:
            self.attributes = []
        self.attributes.append(attribute)

    def attribute(self, name: str, uri: str = "") -> str | None:
        """The text of an attribute, None without one."""
        for node in self.attributes:
            if node.name == name and node.uri == uri:
                return node.text
        return None

    def children_named(self, name: str) -> list[Node]:
        """Child elements with a local name, in order; the list is the tree's own: it must not be changed, and grows."""
        index = self.named
        if index is None:
            children = self.children  # first: those that are only made now are entered when they come
            index = self.named = {}
            for child in children:
                if child.kind == ELEMENT:
                    index.setdefault(child.name, []).append(child)
        return index.get(name, NO_NODES)

    def position_of(self, child: Node) -> int:
        """The index of a child among all children."""
        positions = self._positions
        if positions is None:
            positions = self._positions = {id(node): index for index, node in enumerate(self.children)}
        return positions[id(child)]

    @property
    def place(self) -> int:
        """1-based position among the elements of the same name; 1 for what is no element."""
        parent = self.parent
        if parent is None:
            return 1
        guess = self._place
        try:
            if parent.named[self.name][guess] is self:  # type: ignore[index]
                return guess + 1
        except (IndexError, KeyError, TypeError):
            pass
        return 1 + self._found_among(parent.children_named(self.name))

    def further(self, offset: int) -> Node | None:
        """The sibling of the same name so many places further on."""
        parent = self.parent
        if parent is None:
            return None
        place = self.place - 1 + offset
        same = parent.children_named(self.name)
        return same[place] if 0 <= place < len(same) else None

    def _found_among(self, same: list[Node]) -> int:
        """The index among the siblings of the same name, which is kept as a guess for the next time."""
        if self.kind != ELEMENT or self.parent is None:
            return 0
        guess = self.parent.position_of(self) - self.parent.position_of(same[0])
        if guess >= len(same) or same[guess] is not self:
            guess = same.index(self)
        self._place = guess
        return guess


NO_NODES: list[Node] = []


def relevant(nodes: list[Node]) -> list[Node]:
    """Those that count: functions over many nodes leave out what an interview hides."""
    return [node for node in nodes if node.relevant]


def says_nothing(node: Node) -> bool:
    """Whether a node says nothing."""
    return not string_value(node).strip()


def make_element(name: str, parent: Node | None = None, text: str = "") -> Node:
    """An element without namespace, appended to `parent` if there is one."""
    node = Node(ELEMENT, name, text=text)
    if parent is not None:
        parent.append(node)
    return node


def element_name(header: str) -> str:
    """A column header as the name of an element."""
    return "".join(letter if letter.isalnum() or letter in "_.-" else "_" for letter in header.strip()) or "column"


def string_value(node: Node) -> str:
    """XPath's string-value."""
    if not node.children:
        return node.text
    return "".join(_texts(node)) if node.gathers else ""


def _texts(node: Node) -> Iterator[str]:
    for inner in descendants(node):
        if inner.kind == TEXT or (inner.kind == ELEMENT and not inner.children):
            yield inner.text


def descendants(node: Node) -> Iterator[Node]:
    """Every node below, in document order, without attributes."""
    waiting = list(reversed(node.children))
    while waiting:
        current = waiting.pop()
        yield current
        waiting.extend(reversed(current.children))


def ancestors(node: Node) -> Iterator[Node]:
    """Parent, its parent, and so on."""
    parent = node.parent
    while parent is not None:
        yield parent
        parent = parent.parent


def document_key(node: Node) -> tuple[int, ...]:
    """Sorts nodes of one document into document order."""
    key: list[int] = []
    parent = node.parent
    while parent is not None:
        key.append(_place(parent, node))
        node, parent = parent, parent.parent
    return tuple(reversed(key))


def _place(parent: Node, node: Node) -> int:
    if node.kind in (ATTRIBUTE, NAMESPACE):
        order = parent.attributes.index(node) if node in parent.attributes else 0
        return order - 1_000_000 - (1_000_000 if node.kind == NAMESPACE else 0)
    return parent.position_of(node) if parent.children else 0


def in_document_order(nodes: Iterable[Node]) -> list[Node]:
    """The nodes once each, in document order."""
    distinct = list({_identity(node): node for node in nodes}.values())
    return distinct if len(distinct) < 2 else sorted(distinct, key=document_key)


def _identity(node: Node) -> tuple[int, int, str]:
    """Text nodes of leaves and namespace nodes are made when asked for; the others are themselves."""
    made = node.kind == NAMESPACE or (node.kind == TEXT and node.parent is not None and not node.parent.children)
    return (id(node.parent), node.kind, node.name) if made else (id(node), 0, "")


def text_node(leaf: Node) -> Node:
    """The text node of a leaf element."""
    node = Node(TEXT, text=leaf.text)
    node.parent = leaf
    return node
