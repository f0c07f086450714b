"""The conformance runner's interface, translated onto the engine's door."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from cami_survey.engine import api


def eval_xpath(expr, *, kind, instance_xml, context_ref, root_ref, namespaces, language, tz, now, odk):
    """A float, str, bool, or a list of (positional reference, text)."""
    zone = ZoneInfo(tz)
    default = {"": "http://www.w3.org/2002/xforms"} if root_ref else {}
    return api.evaluate(
        expr,
        instance_xml,
        context_ref or "/",
        {**default, **namespaces},
        root=root_ref,
        language=language or "",
        zone=zone,
        clock=lambda: now,
        odk=odk,
        kind=kind,
    )


def load_form(form_xml, *, attachments, tz, now, preload, edit_instance_xml, geolocation, missing_resource_behavior):
    """A running session of the form."""
    media = {url: text.encode() for url, (text, _mime) in attachments.items()}
    form = api.load_form(form_xml.encode(), media=media)
    device = {str(name): str(value) for name, value in preload.items()}
    places = iter(geolocation or ())
    options = {
        "clock": lambda: now.astimezone(ZoneInfo(tz)),
        "device": device,
        "locate": lambda: next(places, ""),
    }
    answers = edit_instance_xml.encode() if edit_instance_xml else None
    return Session(form, form.open(answers, edit=answers is not None, **options), options)


class Session:
    def __init__(self, form, session, options):
        self.form, self.session, self.options = form, session, options

    def set(self, ref, value):
        self.session.set(ref, value)

    def add_repeat(self, ref):
        self.session.add_repeat(ref)

    def remove_repeat(self, ref):
        self.session.remove_repeat(ref)

    def set_language(self, language):
        self.session.set_language(language)

    def restore(self, xml):
        return Session(self.form, self.form.open(xml.encode(), **self.options), self.options)

    def edit(self):
        answers = self.session.to_xml()
        return Session(self.form, self.form.open(answers, edit=True, **self.options), self.options)

    def exists(self, ref):
        try:
            return self.session.node(ref).exists
        except api.UnknownNode:
            return False

    def value(self, ref):
        return self.session.node(ref).text_value

    def relevant(self, ref):
        return self.session.node(ref).relevant

    def readonly(self, ref):
        return self.session.node(ref).readonly

    def required(self, ref):
        return self.session.node(ref).required

    def violation(self, ref):
        return self.session.node(ref).violation

    def violations(self):
        return [(problem.ref, problem.condition) for problem in self.session.problems()]

    def message(self, ref, condition):
        node = self.session.node(ref)
        return (node.problem if condition == "violation" else node.message(condition)) or None

    def label(self, ref):
        return self.session.node(ref).label

    def hint(self, ref):
        return self.session.node(ref).hint

    def choices(self, ref):
        return [(choice.value, choice.label) for choice in self.session.node(ref).choices]

    def count(self, ref):
        return self.session.node(ref).count

    def can_add_repeat(self, ref):
        return self.session.node(ref).can_add

    def appearance(self, ref):
        return self.session.node(ref).appearance.split()

    def body_class(self):
        return list(self.form.body_class)

    def submission_xml(self):
        return self.session.to_xml().decode()
