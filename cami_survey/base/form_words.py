"""What forms say in one language alone, in the program's language where it knows it: titles, names of languages.

An XLSForm has one title, and lists of interviews keep labels in a form's first language.
"""

from __future__ import annotations

from cami_survey.base.texts import _


def form_title(title: str) -> str:
    """The title of one of our questionnaires in the program's language; the title of any other form as it is."""
    ours = {
        "CAMI stakeholder survey (organisation)": _("CAMI stakeholder survey (organisation)"),
        "CAMI herder and community interview": _("CAMI herder and community interview"),
        "CAMI expert gap assessment (species by country)": _("CAMI expert gap assessment (species by country)"),
        "CAMI conservation measures inventory": _("CAMI conservation measures inventory"),
        "CAMI consultation meeting record": _("CAMI consultation meeting record"),
    }
    return ours.get(title, title)


def our_title(form_id: str) -> str:
    """The title of one of our questionnaires by its id, in the program's language; the id of any other form."""
    ours = {
        "stakeholder_survey": "CAMI stakeholder survey (organisation)",
        "herder_interview": "CAMI herder and community interview",
        "expert_gap": "CAMI expert gap assessment (species by country)",
        "measures_inventory": "CAMI conservation measures inventory",
        "consultation_meeting": "CAMI consultation meeting record",
    }
    return form_title(ours.get(form_id, form_id))


def spoken_language(label: str) -> str:
    """A language somebody was spoken with, as our questionnaires label it; any other label as it is."""
    ours = {
        "Chinese": _("Chinese"),
        "Dzongkha": _("Dzongkha"),
        "English": _("English"),
        "Hindi": _("Hindi"),
        "Karakalpak": _("Karakalpak"),
        "Kazakh": _("Kazakh"),
        "Kyrgyz": _("Kyrgyz"),
        "Mongolian": _("Mongolian"),
        "Nepali": _("Nepali"),
        "Pashto": _("Pashto"),
        "Persian / Dari": _("Persian / Dari"),
        "Russian": _("Russian"),
        "Shughni": _("Shughni"),
        "Tajik": _("Tajik"),
        "Tibetan / Ladakhi": _("Tibetan / Ladakhi"),
        "Turkmen": _("Turkmen"),
        "Urdu": _("Urdu"),
        "Uzbek": _("Uzbek"),
        "Wakhi": _("Wakhi"),
    }
    return ours.get(label, label)


def labelled(label: str, text: str) -> str:
    """What is said of a question, after its words; a colon only where they do not end in a mark of their own."""
    return f"{label} {text}" if label.endswith(("?", "؟", ":")) else f"{label}: {text}"
