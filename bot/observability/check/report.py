"""Findings as lines for a terminal, as JSON, and as an exit code."""

import json
from collections.abc import Sequence

from bot.domain.findings import Finding, Level, fix, lasting, wait
from bot.domain.text import printable
from bot.errors import CannotStart, TemporaryFailure
from bot.observability.check.sentences import how_to_fix, what

_MARKS = {Level.OK: "ok", Level.UNTRIED: "UNTRIED", Level.NOTE: "NOTE", Level.FIX: "FIX"}
# sysexits.h: EX_TEMPFAIL and EX_CONFIG.
_PASSING, _WRONG = 75, 78


def as_lines(finding: Finding) -> str:
    """One line for each finding, and one with what to do; the text may come from the other side."""
    said, to_do = _said(finding)
    return f"{_MARKS[finding.level]:<8} {said}" + (f"\n         {to_do}" if to_do else "")


def as_json(findings: Sequence[Finding]) -> str:
    """A list of objects: `level`, `code`, `what`, `fix`, `passing` and `values`."""
    rows = []
    for each in findings:
        said, to_do = _said(each)
        values = {name: printable(value) for name, value in each.values.items()}
        row = {"level": each.level, "code": each.code, "what": said, "fix": to_do, "passing": each.passing}
        rows.append({**row, "values": values})
    return json.dumps(rows, ensure_ascii=False, indent=2)


def of_settings(error: CannotStart) -> list[Finding]:
    """The finding when the settings themselves cannot be read."""
    say = wait if isinstance(error, TemporaryFailure) else fix
    found = []
    for each in str(error).splitlines():
        line, _, to_do = each.partition(". ")
        found.append(say("setting_wrong", line=line, fix=to_do or f"Correct {line.split(' ')[0].rstrip(':')}."))
    return found


def exit_code(findings: Sequence[Finding]) -> int:
    """0: nothing has to be fixed; 75: the problem may be temporary; 78: a setting, or what it refers to, is wrong."""
    if lasting(findings):
        return _WRONG
    return _PASSING if any(each.level is Level.FIX for each in findings) else 0


def _said(finding: Finding) -> tuple[str, str]:
    return printable(what(finding)), printable(how_to_fix(finding))
