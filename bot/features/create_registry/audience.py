"""(2) Who will read the outcome of a request: the form says so before it is sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.news import NewsChannel
from bot.features.create_registry import form_wording
from bot.slack.blocks import Block, escape, mrkdwn_line, plain_line

_BLOCK_MAX = 3000  # characters of a section


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who may read the outcomes of requests.

    `notify`: the channels of NOTIFY_CHANNELS; `shared_channels`: channels shared with other companies may be chosen.
    """

    notify: tuple[NewsChannel, ...] = ()
    shared_channels: bool = False


EVERYBODY_HERE = Audience()


def purpose(region: str, audience: Audience, public_channel: str | None) -> Iterator[Block]:
    """One sentence: what is created, where, who will see it (each channel by name), and that it cannot be renamed.

    A request from any channel but `public_channel` is announced elsewhere without names, and not at all in channels that are
    selected by names. The sentence takes several blocks only with a hundred or more further channels.
    """
    if not audience.notify:
        yield plain_line(form_wording.FORM_PURPOSE.format(region=region) + ".")
        return
    block = ""
    for piece in _pieces(region, audience, public_channel):
        if len(block) + len(piece) > _BLOCK_MAX:
            yield mrkdwn_line(block)
            block = ""
        block += piece
    yield mrkdwn_line(block)


def _pieces(region: str, audience: Audience, public_channel: str | None) -> Iterator[str]:
    yield form_wording.FORM_PURPOSE.format(region=escape(region))
    told = list(_told(audience, named=public_channel is not None))
    for number, (channel, when) in enumerate(told):
        between = form_wording.FORM_AND_IN if number == len(told) - 1 else form_wording.FORM_IN
        yield f"{form_wording.FORM_ALSO_TOLD if number == 0 else between}<#{channel}>{when}"
    if told:
        here = form_wording.FORM_NAMED_ONLY_FROM.format(here=f"<#{public_channel}>")
        yield here if public_channel else form_wording.FORM_UNNAMED
    yield "."


def _told(audience: Audience, *, named: bool) -> Iterator[tuple[str, str]]:
    """Each channel, with the condition under which it is told about a request."""
    for each in audience.notify:
        if each.problems:
            yield each.channel, form_wording.FORM_IF_IT_FAILS
        elif each.names is None:
            yield each.channel, ""
        elif named:
            yield each.channel, form_wording.FORM_IF_IT_IS_NAMED_SO
