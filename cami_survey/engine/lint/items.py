"""The choices of the lists that lie inside a form."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cami_survey.engine.form import Form
from cami_survey.engine.tree import Node

INSTANCE = re.compile(rb"<instance\b[^>]*>")
ID = re.compile(rb"""\bid=["']([^"']*)["']""")


class Lists:
    """Items by the name of the list; files beside the form are left out, they may change."""

    def __init__(self, form: Form) -> None:
        self.form = form
        tags = [tag for tag in INSTANCE.findall(form.xml) if b"src=" in tag]
        self.external = {found.group(1).decode(errors="replace") for tag in tags if (found := ID.search(tag))}

    def items(self, name: str) -> Sequence[Node]:
        """The items, none where they are not known for sure."""
        document = self.form.instances.get(name)
        if document is None or name in self.external:
            return ()
        root = next(iter(document.children_named("root")), None)
        return root.children_named("item") if root is not None else ()
