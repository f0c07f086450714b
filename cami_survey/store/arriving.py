"""Facts other than revisions as they arrive: each checked against its id and read, before anything of it is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cami_survey.base.records import Fact
from cami_survey.store.checking import named, read
from cami_survey.store.devices import card_id, read_card
from cami_survey.store.forms import form_fact_id, read_form
from cami_survey.store.statements import read_statement, statement_id
from cami_survey.store.withdrawals import read_withdrawal, withdrawal_id


@dataclass(frozen=True, slots=True)
class Checked:
    """A fact whose bytes make its id. `meaning` is what they say."""

    fact: Fact
    id: bytes
    meaning: Any


def checked(fact: Fact) -> Checked:
    """The fact, read; UserError if it is damaged, forged or of a newer version."""
    return _CHECKS[fact.kind](fact)


def _simple(name: Callable[[bytes], bytes], reader: Callable[[bytes], Any]) -> Callable[[Fact], Checked]:
    return lambda fact: Checked(fact, named(fact, name(fact.head)), read(fact, fact.head, reader))


def _attachment(fact: Fact) -> Checked:
    return Checked(fact, named(fact, hashlib.sha256(fact.head).digest()), None)


_CHECKS: dict[str, Callable[[Fact], Checked]] = {
    "attachment": _attachment,
    "form": _simple(form_fact_id, read_form),
    "device": _simple(card_id, read_card),
    "withdrawal": _simple(withdrawal_id, read_withdrawal),
    "statement": _simple(statement_id, read_statement),
}
