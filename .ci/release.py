"""`make release`: what is handed out, in dist/ (or the folder that is named): wheel, sdist, SBOM, and the hashes of all three.

Then known vulnerabilities are asked for. Exit code 1 when there are any; where no source answers, a line says so.
"""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
LOCK = ROOT / "requirements.txt"


def main(into: Path) -> int:
    """Make everything anew, and print what was made."""
    shutil.rmtree(into, ignore_errors=True)
    _run("hatchling", "build", "--directory", str(into))
    (wheel,) = into.glob("*.whl")
    _write_sbom(into / f"{'-'.join(wheel.name.split('-')[:2])}.cdx.json")
    hashes = into / "SHA256SUMS"
    hashes.write_text(_hashes(into))
    print(hashes.read_text(), end="")
    line, code = judged(_audit())
    print(f"Known vulnerabilities: {line}")
    return code


def judged(report: dict[str, Any] | None) -> tuple[str, int]:
    """What pip-audit's JSON report comes to, in one line, and the exit code. `None`: there is none."""
    packages = report["dependencies"] if report else []
    asked = [each for each in packages if "skip_reason" not in each]
    found = [f"{each['name']} {each['version']}: {known['id']}" for each in asked for known in each["vulns"]]
    if not asked:
        return "not asked for, because no source of advisories answers here", 0
    if found:
        return "; ".join(found), 1
    left_out = f", {len(packages) - len(asked)} not known to the source" if len(asked) < len(packages) else ""
    return f"none in {len(asked)} packages{left_out}", 0


def _write_sbom(file: Path) -> None:
    # Of the lock file, so of every system that it holds for; the same bytes for the same lock.
    described = ("--pyproject", str(ROOT / "pyproject.toml"), "--output-reproducible")
    _run("cyclonedx_py", "requirements", str(LOCK), *described, "--output-file", str(file))


def _hashes(folder: Path) -> str:
    """As `sha256sum --check` reads them."""
    made = sorted(folder.iterdir())
    return "".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made)


def _audit() -> dict[str, Any] | None:
    asked = ("--requirement", str(LOCK), "--require-hashes", "--disable-pip", "--format", "json")
    done = subprocess.run(
        (sys.executable, "-m", "pip_audit", *asked, "--progress-spinner", "off"),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    report: dict[str, Any] | None = json.loads(done.stdout) if done.stdout.strip() else None
    return report


def _run(module: str, *arguments: str) -> None:
    # cyclonedx warns that a lock file has no graph of dependencies.
    subprocess.run((sys.executable, "-W", "ignore::UserWarning", "-m", module, *arguments), cwd=ROOT, check=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "dist"))
