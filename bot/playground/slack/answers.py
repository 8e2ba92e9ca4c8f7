"""What Slack does with the bot's answer: ephemerals, closed or corrected forms, and an error message for an invalid one."""

from bot.playground.slack import company
from bot.playground.slack.chat import checked_blocks
from bot.playground.slack.modals import checked_view, close_stack, push, replace
from bot.playground.slack.records import Delivery, OpenView, SlackRefusal
from bot.playground.slack.workspace import Workspace

TROUBLE = "We had some trouble connecting. Try again?"  # docs/facts/slack.md section 4


def show_command_answer(workspace: Workspace, delivery: Delivery, *, typed: str, user: str, channel: str) -> None:
    """Show the answer to a command (docs/facts/slack.md section 1)."""
    answer = delivery.json if isinstance(delivery.json, dict) else {"text": delivery.body}
    try:
        if delivery.error is not None:
            raise SlackRefusal(delivery.error)
        blocks = checked_blocks(answer.get("blocks"))
    except SlackRefusal as refusal:
        text = f"{typed.partition(' ')[0]} failed because the app did not respond ({refusal.code})"
        workspace.post(channel, user=company.SLACKBOT, via="slack", text=text, ephemeral_to=user)
        return
    in_channel = answer.get("response_type") == "in_channel"
    if in_channel:
        workspace.post(channel, user=user, via="person", text=typed)
    text = str(answer.get("text") or "")
    if text.strip() or blocks:
        only_for = None if in_channel else user
        workspace.post(channel, user=company.BOT_USER, via="ack", text=text, blocks=blocks, ephemeral_to=only_for)


def show_submission_answer(workspace: Workspace, delivery: Delivery, opened: OpenView) -> None:
    """Do what the acknowledgement of a view_submission says; any other answer shows `TROUBLE`."""
    if not opened.open:
        return
    try:
        _act_on(workspace, delivery, opened)
    except SlackRefusal:
        opened.trouble = TROUBLE
    workspace.changed()


def _act_on(workspace: Workspace, delivery: Delivery, opened: OpenView) -> None:
    if delivery.error is not None:
        raise SlackRefusal(delivery.error)
    if delivery.json is None and not delivery.body:
        opened.open = False
        return
    answer = delivery.json if isinstance(delivery.json, dict) else {}
    action = answer.get("response_action")
    if action == "errors":
        opened.errors = _errors(answer.get("errors"), opened)
    elif action == "update":
        replace(workspace, opened, checked_view(workspace, answer.get("view"), beside=opened))
    elif action == "push":
        push(workspace, opened, answer.get("view"))
    elif action == "clear":
        close_stack(workspace, opened)
    else:
        raise SlackRefusal("invalid_response")


def _errors(errors: object, opened: OpenView) -> dict[str, str]:
    inputs = {block["block_id"] for block in opened.view["blocks"] if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise SlackRefusal("invalid_errors")
    if not all(isinstance(words, str) and words for words in errors.values()):
        raise SlackRefusal("invalid_errors")
    return errors
