"""One row of the merge preview: its cells, and the sentence about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from cami_survey.base.texts import _, ngettext
from cami_survey.ui import words
from cami_survey.ui.kit.table import Cell

if TYPE_CHECKING:
    from cami_survey.base.records import MergeCounts
    from cami_survey.operations.merges import Source

Names = Mapping[str, str]
MOST_RUNS = 3


def missing(counts: MergeCounts) -> int:
    """How many changes are known of, but have not arrived."""
    return sum(last - first + 1 for _device, first, last in counts.gaps)


def cells(source: Source, *, ticked: bool, trusted: bool) -> list[Cell]:
    """The cells of a source."""
    sender = source.sender
    name = (sender.name or sender.id[:8]) if sender is not None else _("unknown")
    facilitator = sender.facilitator if sender is not None else ""
    if source.refused is not None:
        state = Cell(refusal(source), token="error", icon="x-circle", icon_token="error", filled=True)
        away = Cell(name, role="strong", token="muted", icon="prohibit", icon_token="faint")
        return [away, Cell(facilitator, token="muted"), Cell(source.path.name), *[Cell()] * 4, state]
    counts = source.counts
    return [
        Cell(name, role="strong", tick=ticked, token="ink" if ticked else "muted"),
        Cell(facilitator, token="ink" if ticked else "muted"),
        Cell(source.path.name, token="muted"),
        _number(counts.new),
        _number(counts.newer),
        _number(counts.same, "muted"),
        _number(counts.conflicts, "warn"),
        _state(source, trusted),
    ]


def refusal(source: Source) -> str:
    """Why nothing of a source is taken, in a few words."""
    if source.refused is None:
        return ""
    short = {
        "package.cut-short": _("Damaged: its end is missing"),
        "package.altered": _("Changed after it was sent"),
        "package.revoked-sender": _("From a laptop that is no longer trusted"),
        "package.not-for-this-file": _("Meant for somebody else"),
        "package.newer": _("Made by a newer program"),
        "package.hostile": _("Not built like a package"),
        "package.not-a-package": _("Neither a package nor a survey"),
        "survey.encrypted": _("Encrypted survey: ask for a package"),
    }
    return short.get(source.refused.code, source.refused.sentence)


def told(source: Source | None, names: Names, trusted: bool) -> tuple[str, str, str]:
    """Icon, colour and sentence about the source under the keys; `names` are those of devices by id."""
    if source is None:
        return "info", "muted", ""
    if source.refused is not None:
        return "x-circle", "error", str(source.refused)
    if not source.known and not trusted:
        text = _("Fingerprint {fingerprint}. Compare it with the one the sender reads out.")
        return "fingerprint", "warn", text.format(fingerprint=source.fingerprint)
    said = [*_clocks(source, names), *_gaps(source, names)]
    if said:
        return "warning", "warn", " ".join(said)
    return "info", "muted", str(source.path)


def _clocks(source: Source, names: Names) -> list[str]:
    ahead = _("The clock of {device} was more than a day ahead: have it set right. Nothing is decided by a clock.")
    behind = _("The clock of {device} was years behind: have it set right. Nothing is decided by a clock.")
    told = ((ahead, source.counts.ahead), (behind, source.counts.behind))
    return [text.format(device=_name(device, names)) for text, devices in told for device in devices]


def _gaps(source: Source, names: Names) -> list[str]:
    gaps = source.counts.gaps
    said = []
    for device in dict.fromkeys(device for device, _first, _last in gaps):
        runs = [run for name, *run in gaps if name == device]
        count = sum(last - first + 1 for first, last in runs)
        text = ngettext(
            "{runs} of {device} exists and has not arrived.", "{runs} of {device} exist and have not arrived.", count
        )
        said.append(text.format(runs=_runs(runs), device=_name(device, names)))
    asked = _("After the merge, “Ask for what is missing” under People and laptops writes a receipt that says so.")
    return [*said, asked] if said else []


def _runs(runs: list[list[int]]) -> str:
    """Changes 1–8, 14 and more."""
    shown = [words.number(first) if first == last else _run(first, last) for first, last in runs[:MOST_RUNS]]
    text = ngettext("Change {runs}", "Changes {runs}", sum(last - first + 1 for first, last in runs))
    return text.format(runs=", ".join(shown) + ("…" if runs[MOST_RUNS:] else ""))


def _run(first: int, last: int) -> str:
    return f"{words.number(first)}–{words.number(last)}"


def _name(device: str, names: Names) -> str:
    return names.get(device) or device[:8]


def _number(count: int, token: str = "ink") -> Cell:
    if not count:
        return Cell(words.number(0), token="faint", end=True)
    return Cell(words.number(count), role="strong" if token == "warn" else "medium", token=token, end=True)


def _state(source: Source, trusted: bool) -> Cell:
    counts = source.counts
    if not source.known and not trusted:
        text = _("New laptop: compare its fingerprint first")
        return Cell(text, icon="fingerprint", icon_token="warn")
    if counts.ahead:
        return Cell(_("Its clock was far ahead"), icon="warning", icon_token="warn", filled=True)
    if counts.behind:
        return Cell(_("Its clock was years behind"), icon="warning", icon_token="warn", filled=True)
    if counts.gaps:
        return Cell(_missing(source), icon="warning", icon_token="warn", filled=True)
    if counts.withdrawn:
        return Cell(_("Consent was taken back"), icon="warning", icon_token="warn", filled=True)
    if not (counts.new or counts.newer or counts.conflicts):
        if counts.said:
            return Cell(_("Queries, reviews, decisions"), icon="chat-text", icon_token="accent")
        return Cell(_("Nothing new"), token="muted", icon="equals")
    if not source.encrypted:
        return Cell(_("Ready, not encrypted"), token="muted", icon="check-circle", icon_token="good")
    return Cell(_("Ready"), token="muted", icon="check-circle", icon_token="good")


def _missing(source: Source) -> str:
    """What has not arrived: by its numbers where it is the sender's own, else how much it is."""
    gaps, count = source.counts.gaps, missing(source.counts)
    if source.sender is None or any(device != source.sender.id for device, _first, _last in gaps):
        text = ngettext("{count} change has not arrived", "{count} changes have not arrived", count)
        return text.format(count=words.number(count))
    text = ngettext("{runs} has not arrived", "{runs} have not arrived", count)
    return text.format(runs=_runs([run for _device, *run in gaps]))
