"""(1) /create-registry opens the form; (3) a submission is checked against the rules and (5) stored; only then it closes."""

import asyncio
import logging
import time
from dataclasses import replace

from bot.access.gate import Gate
from bot.access.policy import Asking, Denied
from bot.access.sentences import about_obstacle, in_plain_text
from bot.domain.approval import Need
from bot.domain.command import COMMAND
from bot.domain.description_note import DescriptionNote
from bot.domain.naming_rule import NamingRule
from bot.domain.request import Request
from bot.errors import AlreadyUnderWay, InvalidRequest, LimitReached, NotSaved, TooManyAtOnce, Violation
from bot.features.create_registry import form, form_wording, opened
from bot.features.create_registry.models import WORKFLOW, RegistryToApprove
from bot.features.create_registry.name_index import NameIndex, free_name, name_taken
from bot.features.create_registry.opened import Opened
from bot.features.create_registry.remarks import Remarks
from bot.features.create_registry.requesters import Requesters
from bot.features.create_registry.rules import Rule, validate
from bot.features.create_registry.violations import sentence, under_way
from bot.ledger.ledger import Ledger
from bot.references import new_reference
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, ShowView
from bot.slack.inbound.carried import carrying
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.home_tabs import HomeTabs
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.workflow.definition import AcceptRequest, FindRequest

# Of Slack's three seconds; the question who may ask takes up to 0.8 before.
_ANSWERED_WITHIN_SECONDS = 2.0

logger = logging.getLogger(__name__)


class OpenForm:
    """Answers the command. `template` is what every form says."""

    def __init__(self, *, forms: FormOpener, names: NameIndex, template: form.Form, gate: Gate) -> None:
        self._forms = forms
        self._names = names
        self._template = template
        self._gate = gate

    async def __call__(self, command: Command) -> Answer:
        """Answer in milliseconds; the form is opened, and the names that are taken are read, in the background."""
        denied = self._gate.at_the_door(command, channel=command.channel_id, name=command.text.strip())
        if denied:
            return denied
        where = Opened(public_channel=command.public_channel)
        filled = form.Filled(typed=command.text, meant=command.meant)
        asking = self._gate.asking(command, channel=command.channel_id)
        view = self._template.opened_by(command.user_name, filled, where, asking)
        self._forms.open_soon(command, view)
        self._names.refresh_soon()
        return Accept()


class AcceptForm:
    """Answers the submitted form. `accept` and `find` are the workflow engine's: they store and read requests."""

    def __init__(
        self,
        *,
        accept: AcceptRequest,
        find: FindRequest,
        names: NameIndex,
        note: DescriptionNote | None,
        gate: Gate,
        template: form.Form,
        naming: NamingRule | None = None,
        homes: HomeTabs | None = None,
        remarks: Remarks | None = None,
        command: str = COMMAND,
        ledger: Ledger | None = None,
    ) -> None:
        self._remarks = remarks or Remarks()
        self._makers = Requesters(ledger)
        self._command = command
        self._homes = homes
        self._gate = gate
        self._template = template
        self._accept = accept
        self._find = find
        self._names = names
        self._note = note
        self._naming = naming

    async def __call__(self, sent: ViewSubmission) -> Answer:
        """Errors go back inside the form, in the one and only acknowledgement; it closes when the request is on disk."""
        typed = form.parse(sent.view.state)
        name = (typed.name or "").strip()
        verdict = await self._gate.at_the_form(sent, channel=typed.channel, name=name, reason=typed.reason)
        if verdict.denied:
            return _denied(verdict.denied)
        if verdict.obstacle:
            return _name_error(about_obstacle(verdict.obstacle, contact=self._gate.contact))
        if verdict.offer:
            return self._offered(sent, typed, verdict.offer)
        try:
            return await self._accepted(sent, typed, verdict.need)
        except LimitReached as limit:
            return _denied(self._gate.too_many(sent, limit, channel=typed.channel, name=name))

    def _offered(self, sent: ViewSubmission, typed: form.FormInput, asking: Asking) -> ShowView:
        """The same form, with one more field."""
        filled = form.Filled(typed=typed.name or "", description=typed.description, channel=typed.channel)
        view = self._template.opened_by(sent.user_name, filled, opened.read(sent.view.private_metadata), asking)
        return ShowView(view=carrying(view, sent.reference))

    async def _accepted(self, sent: ViewSubmission, typed: form.FormInput, need: Need | None) -> Answer:
        try:
            request = self._request(sent, typed, need)
            stored = await self._stored(request)
        except InvalidRequest as invalid:
            return self._errors(sent, invalid)
        except AlreadyUnderWay as earlier:
            name = (typed.name or "").strip()
            return _name_error(
                under_way(earlier, by=sent.user.id, name=name, suggestion=free_name(name, self._names, self._naming))
            )
        except NotSaved as failure:
            return _name_error(_not_saved(failure))
        if _same(stored, request):
            return Accept()
        # An earlier press of the same form was stored after all, with something else in it.
        return _name_error(form_wording.SAVED_DIFFERENTLY.format(name=stored.payload.name, command=self._command))

    def _errors(self, sent: ViewSubmission, invalid: InvalidRequest) -> ShowErrors:
        said = {
            each.field: self._remarks.error(sent.view.id, each) if each.field == "name" else sentence(each)
            for each in invalid.violations
        }
        return ShowErrors(errors={form.FIELD_BLOCKS[field]: words for field, words in said.items()})

    def _request(self, sent: ViewSubmission, typed: form.FormInput, need: Need | None) -> Request:
        reference = sent.reference
        note = self._note.for_request(requester=sent.user_name, reference=reference) if self._note else None
        marked = self._note is not None and self._note.names_request
        nowhere = _channel_violations(sent, typed.channel)
        try:
            asked = validate(
                name=typed.name, description=typed.description, note=note, marked=marked, naming=self._naming
            )
        except InvalidRequest as invalid:
            raise InvalidRequest([*invalid.violations, *nowhere]) from None
        if nowhere:
            raise InvalidRequest(nowhere)
        asked = replace(asked, again=opened.read(sent.view.private_metadata).again)
        return Request(
            id=f"{sent.team_id}-{sent.view.id}",
            reference=reference,
            origin=opened.origin_of(sent, typed.channel or "", block_id=form.CHANNEL_BLOCK),
            payload=RegistryToApprove.of(asked, need) if need else asked,
            accepted_at=time.time(),
        )

    async def _stored(self, request: Request) -> Request:
        """Store it, unless the name is known to be taken; what is stored under its id.

        Raises `InvalidRequest` if the name is taken, and what `accept` and `find` raise.
        """
        spelt = self._names.taken(request.payload.name)
        if spelt is None:
            accepted = await self._accept(WORKFLOW, request)
            if self._homes:
                self._homes.changed(request.origin.requester)
            return accepted
        by = asyncio.get_running_loop().time() + _ANSWERED_WITHIN_SECONDS
        # It may be taken by this form itself, which was submitted before.
        if stored := await self._find(request.id):
            return stored
        self._names.refresh_soon()
        taken = name_taken(spelt, self._names, self._naming)
        made = await self._makers.of(spelt, person=request.origin.requester, by=by)
        raise InvalidRequest([replace(taken, params={**taken.params, **made})])


def _denied(denied: Denied) -> ShowErrors:
    block = form.CHANNEL_BLOCK if denied.about_channel else form.NAME_BLOCK
    return ShowErrors(errors={block: in_plain_text(denied)})


def _channel_violations(sent: ViewSubmission, channel: str | None) -> list[Violation]:
    if not channel:
        return [Violation(field="channel", rule=Rule.CHANNEL_MISSING)]
    if sent.chosen(form.CHANNEL_BLOCK, channel):
        return []
    logger.warning("a form was refused: what it names is not the conversation that Slack knows")
    return [Violation(field="channel", rule=Rule.CHANNEL_UNKNOWN)]


def _same(stored: Request, request: Request) -> bool:
    """Whether the same was asked for; the note differs from press to press where it holds a reference."""
    one, other = ((each.payload.name, each.payload.description, each.origin.channel) for each in (stored, request))
    return bool(one == other)


def _name_error(words: str) -> ShowErrors:
    return ShowErrors(errors={form.NAME_BLOCK: words})


def _not_saved(failure: NotSaved) -> str:
    if isinstance(failure, TooManyAtOnce):
        logger.warning("a request was not accepted: %s", failure, extra={"repeats": True})
        return form_wording.TOO_MANY_AT_ONCE
    if failure.in_doubt:
        logger.warning("a request was not saved in time: %s", failure)
        return form_wording.SAVING_SLOW
    reference = new_reference()
    logger.error("a request was not saved: %s", failure, extra={"reference": reference})
    return form_wording.NOT_SAVED.format(reference=reference)
