"""What open forms say about a name: either a remark while it is typed or an error on submission, but not both at once.

This is known to this process only: with several replicas a form may say it twice, which does no harm.
"""

from collections import OrderedDict

from bot.errors import Violation
from bot.features.create_registry.violations import beside_remark, sentence

_FORMS_MAX = 1000


class Remarks:
    """By view id, what was said last, and whether an error said it."""

    def __init__(self) -> None:
        self._said: OrderedDict[str, tuple[str | None, bool]] = OrderedDict()

    def remark(self, view_id: str, words: str | None) -> str | None:
        """The remark to show under the name now; None if an error already says `words`."""
        if self._said.get(view_id) == (words, True):
            return None
        self._keep(view_id, words, by_error=False)
        return words

    def error(self, view_id: str, violation: Violation) -> str:
        """The error for a submission with this name; shorter if a remark has already said the rest."""
        remark, added = beside_remark(violation)
        if self._said.get(view_id) == (remark, False):
            return added
        self._keep(view_id, remark, by_error=True)
        return sentence(violation)

    def _keep(self, view_id: str, words: str | None, *, by_error: bool) -> None:
        self._said[view_id] = words, by_error
        self._said.move_to_end(view_id)
        if len(self._said) > _FORMS_MAX:
            self._said.popitem(last=False)
