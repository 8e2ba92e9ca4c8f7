"""The table for people and the JSON for machines."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from benchmarks.figures import Row, Section

_HEAD = ("figure", "ours", "beside", "ratio", "spread", "must hold")
_RIGHT = {1, 3, 4}  # columns of numbers


def table(section: Section) -> str:
    """One pair as a Markdown table: medians over the rounds, the ratio's median, its smallest and largest."""
    lines = [_HEAD, *(_cells(row) for row in section.rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEAD))]
    rule = tuple("-" * (width - 1) + ":" if column in _RIGHT else "-" * width for column, width in enumerate(widths))
    body = [_line(line, widths) for line in (lines[0], rule, *lines[1:])]
    notes = [f"- {note}" for note in section.notes]
    return "\n".join((f"\n### {section.title}\n", *body, *([""] if notes else []), *notes))


def machine() -> dict[str, str | int | None]:
    """What the figures depend on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def write(path: Path, sections: Sequence[Section], **about: object) -> None:
    """All values of all rounds; folders are made where there are none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    document = {**about, "sections": [_plain(section) for section in sections]}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _plain(section: Section) -> dict[str, object]:
    rows = [{**asdict(row), "ratios": row.ratios, "kept": row.verdict} for row in section.rows]
    return {"title": section.title, "notes": list(section.notes), "rows": rows}


def _cells(row: Row) -> tuple[str, ...]:
    ratios = row.ratios
    return (
        f"{row.figure}, {row.ours}" if row.ours != "bot" else row.figure,
        f"{_number(median(row.ours_rounds))} {row.unit}",
        f"{_number(median(row.peer_rounds))} {row.unit} {row.peer}" if row.peer_rounds else "",
        f"{median(ratios):.2f}" if ratios else "",
        f"{min(ratios):.2f}-{max(ratios):.2f}" if ratios else "",
        "" if row.promise is None else f"{row.promise} {'yes' if row.verdict else 'NO'}",
    )


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    aligned = (
        cell.rjust(width) if column in _RIGHT else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    )
    return f"| {' | '.join(aligned)} |"
