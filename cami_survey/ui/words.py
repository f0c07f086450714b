"""Numbers, dates and times as the program's language writes them."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QDate, QLocale, QTime

from cami_survey.base import texts
from cami_survey.base.numbers import are_digits_latin
from cami_survey.base.records import INTERPRETER, REFUSED, WITHDRAWN
from cami_survey.base.texts import _, language, ngettext

if TYPE_CHECKING:
    from cami_survey.operations.clocks import Doubt

# Digits that are no part of a word, a path, a version or a time.
_ALONE = re.compile(r"(?<![\w./:@-])[0-9]+(?![\w/:@-]|\.\w)")
LATIN_DIGITS = {ord(digit): str(value) for digits in ("۰۱۲۳۴۵۶۷۸۹", "٠١٢٣٤٥٦٧٨٩") for value, digit in enumerate(digits)}


def said(sentence: str) -> str:
    """A sentence of the program with the digits of its language; codes, versions and names of files stay."""
    return _ALONE.sub(lambda digits: counted(digits[0]), sentence)


def kept(text: str) -> str:
    """What a summary says of an interview, in the program's language where the program said it."""
    own = {INTERPRETER: _("with interpreter"), WITHDRAWN: _("Consent withdrawn"), REFUSED: _("No consent")}
    return own.get(text, text)


def locale_of(code: str) -> QLocale:
    """How numbers and dates are written in the language with this code."""
    # "English" of Qt means the United States; days come before months here.
    return QLocale("en_GB") if code == "en" else QLocale(code.replace("-", "_"))


def _locale() -> QLocale:
    return locale_of(language())


def _digits(text: str) -> str:
    return text.translate(LATIN_DIGITS) if are_digits_latin() else text


def digits_of(text: str, locale: QLocale) -> str:
    """`text` with 0-9 as the digits of `locale`."""
    zero = ord(locale.zeroDigit()[:1] or "0")
    if zero == ord("0"):
        return text
    return "".join(chr(zero + ord(char) - 48) if "0" <= char <= "9" else char for char in text)


def number(value: float, places: int = 0) -> str:
    """A number with separators, and `places` digits after the decimal sign.

    By Qt and not by `base.numbers`: what that loads takes longer than the first paint. A test holds counts alike.
    """
    return _digits(_locale().toString(float(value), "f", places) if places else _locale().toString(round(value)))


def counted(count: int | str) -> str:
    """A count, or a text made of numbers as "3/7" or a time, with the digits of the program's language."""
    return number(count) if isinstance(count, int) else _digits(digits_of(count, _locale()))


def clock(moment: datetime) -> str:
    """Hours and minutes where the laptop is."""
    local = moment.astimezone()
    return _digits(_locale().toString(QTime(local.hour, local.minute), "HH:mm"))


# Day and month, without and with the year, where the day does not come first.
DAYS = {"mn": ("MMM'ын' d", "yyyy 'оны' MMM'ын' d")}


def day(moment: date) -> str:
    """Day and short month, with the year if it is not this one."""
    return _day(moment, year=moment.year != date.today().year)


def _day(moment: date, *, year: bool) -> str:
    form = DAYS.get(language(), ("d MMM", "d MMM yyyy"))[year]
    return _digits(_locale().toString(QDate(moment.year, moment.month, moment.day), form))


def when(moment: datetime, *, headed: bool = False) -> str:
    """The clock today, the day otherwise; under a heading that says so (`headed`) the clock yesterday too."""
    local = moment.astimezone()
    return clock(local) if 0 <= (date.today() - local.date()).days <= headed else day(local.date())


def day_and_clock(moment: datetime) -> str:
    """ "today 14:18" or "17 Nov, 16:02"."""
    local = moment.astimezone()
    if local.date() == date.today():
        return _("today {time}").format(time=clock(local))
    return _("{day}, {time}").format(day=day(local.date()), time=clock(local))


def clock_in_doubt(doubt: Doubt) -> tuple[str, str]:
    """What the clock of this laptop says that can hardly be, and what to do."""
    now = _day(doubt.now.astimezone(), year=True)
    if doubt.kind == "impossible" or doubt.last is None:
        head = _("The clock of this laptop is wrong: it says {day}.").format(day=now)
    else:
        head = _(
            "Is the clock of this laptop right? It says {day}, and the last change here was saved on {last}."
        ).format(day=now, last=_day(doubt.last.astimezone(), year=True))
    return head, _(
        "Days in answers and in the list come from it. Set it right in the settings of the computer; nothing is lost."
    )


def period(moment: date, today: date) -> str:
    """The heading under which a day stands in a list: after today, today, yesterday, earlier in this month, a month."""
    if moment > today:
        return _("After today")
    if moment == today:
        return _("Today")
    if moment == today - timedelta(days=1):
        return _("Yesterday")
    if (moment.year, moment.month) == (today.year, today.month):
        return _("Earlier in {month}").format(month=_locale().standaloneMonthName(moment.month))
    return month(moment)


def month(moment: date) -> str:
    """The month and year of a day."""
    name = _locale().standaloneMonthName(moment.month)
    return counted(f"{name[:1].upper()}{name[1:]} {moment.year}")


def remaining(seconds: float) -> str:
    """About how long something still takes."""
    if seconds < 90:
        count = max(1, round(seconds))
        return ngettext("about {count} second left", "about {count} seconds left", count).format(count=number(count))
    count = round(seconds / 60)
    return ngettext("about {count} minute left", "about {count} minutes left", count).format(count=number(count))


def size(count: int) -> str:
    """A number of bytes."""
    return _digits(_locale().formattedDataSize(count, 0, QLocale.DataSizeFormat.DataSizeSIFormat))


LANGUAGE_NAMES = {
    "en": "English", "ru": "Русский", "fa": "فارسی", "fa-AF": "دری", "ps": "پښتو", "ur": "اردو", "ky": "Кыргызча",
    "kk": "Қазақша", "tg": "Тоҷикӣ", "uz": "Oʻzbekcha", "tk": "Türkmençe", "mn": "Монгол", "zh": "中文", "hi": "हिन्दी",
    "ne": "नेपाली", "bo": "བོད་ཡིག", "dz": "རྫོང་ཁ",
}  # fmt: skip


def language_name(code: str) -> str:
    """A language in its own words."""
    return LANGUAGE_NAMES.get(code, code)


def language_offered(code: str) -> str:
    """A language of the program where it is chosen: what nobody has reviewed yet says so."""
    name = language_name(code)
    return _("{language}: draft").format(language=name) if texts.is_draft(code) else name


def form_language(name: str) -> str:
    """A language of a form ("Russian (ru)") as the program's language calls it, else as the form does."""
    code = re.search(r"\(([\w-]+)\)$", name)
    if code is None or texts.language() == texts.SOURCE_LANGUAGE:
        return name
    from babel import Locale, UnknownLocaleError

    with suppress(UnknownLocaleError, ValueError):
        said = Locale.parse(texts.language(), sep="-").languages.get(code[1])
        return f"{said[:1].upper()}{said[1:]} ({code[1]})" if said else name
    return name


def form_languages(names: Iterable[str], drafts: Container[str] = ()) -> list[tuple[str, str]]:
    """The languages of forms and what they are called where one is chosen: what nobody has reviewed yet says so."""
    draft = _("{language}: draft")
    said = {name: form_language(name) for name in names}
    return [(name, draft.format(language=words) if name in drafts else words) for name, words in said.items()]


def breakable(value: str) -> str:
    """A long key that can be wrapped."""
    if " " in value:
        return value
    return "\u200b".join(value[i : i + 8] for i in range(0, len(value), 8))
