"""Which handler answers which command, shortcut, form, button and visit."""

from functools import partial

from bot.features.contract import Platform
from bot.features.create_registry import buttons, form, wording
from bot.features.create_registry.button_listeners import AskAgain, ShowPushGuide
from bot.features.create_registry.check_listeners import CheckNow
from bot.features.create_registry.home import CREATE
from bot.features.create_registry.home_listeners import OpenFormAtHome, ShowHome
from bot.features.create_registry.listeners import AcceptForm, OpenForm
from bot.features.create_registry.name_index import NameIndex
from bot.features.create_registry.name_listeners import CheckName
from bot.features.create_registry.remarks import Remarks
from bot.features.create_registry.shortcut_listeners import ANYWHERE, ON_A_MESSAGE, OpenFormByShortcut
from bot.slack.inbound.listeners import (
    ActionListener,
    CommandListener,
    FormListener,
    HomeListener,
    Listener,
    MessageShortcutListener,
    ShortcutListener,
)


def registered_listeners(platform: Platform, names: NameIndex, template: form.Form) -> tuple[Listener, ...]:
    """All listeners of this feature."""
    # The form before the rest: Bolt asks one listener after another.
    return (
        *_in_the_form(platform, names, template),
        *_open_the_form(platform, names, template),
        *_buttons(platform, names, template),
    )


def _in_the_form(platform: Platform, names: NameIndex, template: form.Form) -> tuple[Listener, ...]:
    remarks = Remarks()
    check_name = CheckName(forms=platform.forms, names=names, naming=platform.naming, remarks=remarks)
    accept_form = AcceptForm(
        accept=platform.accept,
        find=platform.find,
        names=names,
        note=platform.description_note,
        template=template,
        naming=platform.naming,
        homes=platform.homes,
        remarks=remarks,
        ledger=platform.ledger,
        command=platform.command,
        gate=platform.gate,
    )
    return (
        FormListener(callback_id=form.CALLBACK_ID, handle=accept_form),
        ActionListener(action_id=form.NAME_ACTION, block_id=form.NAME_BLOCK, handle=check_name),
    )


def _open_the_form(platform: Platform, names: NameIndex, template: form.Form) -> tuple[Listener, ...]:
    forms, gate = platform.forms, platform.gate
    by_shortcut = OpenFormByShortcut(forms=forms, names=names, template=template, gate=gate)
    return (
        CommandListener(
            command=platform.command,
            handle=OpenForm(forms=forms, names=names, template=template, gate=gate),
            help=wording.HELP.format(command=platform.command),
        ),
        ShortcutListener(callback_id=ANYWHERE, handle=by_shortcut),
        MessageShortcutListener(callback_id=ON_A_MESSAGE, handle=by_shortcut),
        HomeListener(handle=ShowHome(homes=platform.homes)),
        ActionListener(action_id=CREATE, handle=OpenFormAtHome(forms=forms, names=names, template=template, gate=gate)),
    )


def _buttons(platform: Platform, names: NameIndex, template: form.Form) -> tuple[Listener, ...]:
    show_guide = ShowPushGuide(forms=platform.forms, guide=platform.push_guide, command=platform.command)
    again = partial(
        AskAgain, forms=platform.forms, names=names, template=template, gate=platform.gate, ledger=platform.ledger
    )
    check_now = CheckNow(
        accept=platform.accept,
        find=platform.find,
        ledger=platform.ledger,
        homes=platform.homes,
        command=platform.command,
    )
    return (
        ActionListener(action_id=buttons.HOW_TO_PUSH, handle=show_guide),
        ActionListener(action_id=buttons.ANOTHER_NAME, handle=again(other_name=True)),
        ActionListener(action_id=buttons.TRY_AGAIN, handle=again(other_name=False)),
        ActionListener(action_id=buttons.CHECK_NOW, handle=check_now),
    )
