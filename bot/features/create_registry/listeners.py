"""(1) /create-registry opens the form; (3) a submission is checked against the rules and (5) stored; only then it closes."""

import logging
import time

from bot.domain.request import Origin, Request
from bot.errors import AlreadyUnderWay, InvalidRequest, NotSaved, Violation
from bot.features.create_registry import form, wording
from bot.features.create_registry.models import WORKFLOW, RegistryRequest
from bot.features.create_registry.rules import Rule, suggest_other_name, validate
from bot.features.create_registry.violations import sentence
from bot.references import new_reference
from bot.slack.inbound.answers import Accept, Answer, ShowErrors, Tell
from bot.slack.inbound.forms import FormOpener
from bot.slack.inbound.payloads import Command, ViewSubmission
from bot.workflow.definition import AcceptRequest

COMMAND = "/create-registry"
_HELP_WORDS = frozenset({"help", "--help", "-h", "?"})

logger = logging.getLogger(__name__)


class OpenForm:
    """Answers the command. `region` and `audience` are shown in the form."""

    def __init__(self, *, forms: FormOpener, region: str, audience: form.Audience = form.EVERYBODY_HERE) -> None:
        self._forms = forms
        self._region = region
        self._audience = audience

    async def __call__(self, command: Command) -> Answer:
        """Answer in milliseconds; the form is opened in the background."""
        if command.text.strip().lower() in _HELP_WORDS:
            return Tell(text=wording.HELP)
        view = form.build(
            typed=command.text.strip(),
            region=self._region,
            audience=self._audience,
            public_channel=command.public_channel,
        )
        self._forms.open_soon(command, view)
        return Accept()


class AcceptForm:
    """Answers the submitted form. `accept` is the workflow engine's: it stores the request."""

    def __init__(self, *, accept: AcceptRequest) -> None:
        self._accept = accept

    async def __call__(self, sent: ViewSubmission) -> Answer:
        """Errors go back inside the form, in the one and only acknowledgement; it closes when the request is on disk."""
        typed = form.parse(sent.view.state)
        try:
            request = _request(sent, _validated(sent, typed), channel=typed.channel or "")
            stored = await self._accept(WORKFLOW, request)
        except InvalidRequest as invalid:
            return ShowErrors(errors={form.FIELD_BLOCKS[each.field]: sentence(each) for each in invalid.violations})
        except AlreadyUnderWay as earlier:
            return _name_error(_under_way(earlier, sent, (typed.name or "").strip()))
        except NotSaved as failure:
            return _name_error(_not_saved(failure))
        if (stored.payload, stored.origin.channel) == (request.payload, request.origin.channel):
            return Accept()
        # An earlier press of the same form was stored after all, with different content.
        return _name_error(wording.SAVED_DIFFERENTLY.format(name=stored.payload.name, command=COMMAND))


def _name_error(words: str) -> ShowErrors:
    return ShowErrors(errors={form.NAME_BLOCK: words})


def _validated(sent: ViewSubmission, typed: form.FormInput) -> RegistryRequest:
    nowhere = _channel_violations(sent, typed.channel)
    try:
        asked = validate(name=typed.name, description=typed.description)
    except InvalidRequest as invalid:
        raise InvalidRequest([*invalid.violations, *nowhere]) from None
    if nowhere:
        raise InvalidRequest(nowhere)
    return asked


def _channel_violations(sent: ViewSubmission, channel: str | None) -> list[Violation]:
    if not channel:
        return [Violation(field="channel", rule=Rule.CHANNEL_MISSING)]
    if sent.chosen(form.CHANNEL_BLOCK, channel):
        return []
    logger.warning("a form was refused: what it names is not the conversation that Slack knows")
    return [Violation(field="channel", rule=Rule.CHANNEL_UNKNOWN)]


def _request(sent: ViewSubmission, asked: RegistryRequest, *, channel: str) -> Request:
    origin = Origin(
        door="command",
        requester=sent.user.id,
        requester_name=sent.user_name,
        team=sent.team_id,
        channel=channel,
        public=form.is_public(sent.view.private_metadata, channel),
        response_url=sent.response_url(form.CHANNEL_BLOCK),
    )
    return Request(
        id=f"{sent.team_id}-{sent.view.id}",
        reference=new_reference(),
        origin=origin,
        payload=asked,
        accepted_at=time.time(),
    )


def _under_way(earlier: AlreadyUnderWay, sent: ViewSubmission, name: str) -> str:
    suggestion = suggest_other_name(name)
    if earlier.requester == sent.user.id:
        return wording.NAME_UNDER_WAY_YOURS.format(name=name, suggestion=suggestion)
    # An error in a form is plain text, where a mention would show as an id.
    who = f"@{earlier.requester_name}" if earlier.requester_name else wording.SOMEBODY
    return wording.NAME_UNDER_WAY.format(requester=who, name=name, suggestion=suggestion)


def _not_saved(failure: NotSaved) -> str:
    if failure.in_doubt:
        logger.warning("a request was not saved in time: %s", failure)
        return wording.SAVING_SLOW
    reference = new_reference()
    logger.error("a request was not saved: %s", failure, extra={"reference": reference})
    return wording.NOT_SAVED.format(reference=reference)
