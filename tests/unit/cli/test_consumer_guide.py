import re
import shutil
from pathlib import Path

from typer.testing import CliRunner

from copydesk.cli.consumer_guide import render
from copydesk.cli.schemas import app
from copydesk.contracts import REGISTRY
from copydesk.contracts.schemas import messages

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "consumers.md"


def test_the_consumer_guide_is_fresh():
    assert PAGE.read_text(encoding="utf-8") == render(ROOT / "schemas"), "run `copydesk schemas export`"


def test_the_guide_names_every_topic_message_and_field():
    page = PAGE.read_text(encoding="utf-8")

    for topic in REGISTRY.values():
        assert topic.name.startswith("backfill.") or f"`{topic.name}`" in page
    for kind in messages():
        section = page.split(f"### {kind.__name__}\n", 1)[1].split("\n### ", 1)[0]
        for field in kind.__struct_fields__:
            assert f"| `{field}` |" in section, f"{kind.__name__}.{field}"


def test_its_links_lead_somewhere():
    page = PAGE.read_text(encoding="utf-8")
    headings = {line.strip("# ").lower().replace(" ", "-") for line in page.splitlines() if line.startswith("#")}

    for target in re.findall(r"\]\(([^)]+)\)", page):
        if target.startswith("#"):
            assert target.removeprefix("#") in headings, target
        else:
            assert (PAGE.parent / target).exists(), target


def test_its_python_compiles():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)

    compile(code, "docs/consumers.md", "exec")


def test_since_when_a_field_is_there_is_told():
    page = PAGE.read_text(encoding="utf-8")

    assert re.search(r"\| `share_changed` \|.*\(since 1\.1\) \|", page)
    assert not re.search(r"\| `revision` \|.*since", page)


def test_the_commands_write_the_guide_and_tell_when_it_is_stale(tmp_path):
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    (tmp_path / "docs").mkdir()
    folder = ["--folder", str(tmp_path / "schemas")]
    runner = CliRunner()

    stale = runner.invoke(app, ["check", *folder])
    written = runner.invoke(app, ["export", *folder])

    assert stale.exit_code == 1
    assert "consumers.md: not fresh; run `copydesk schemas export`" in stale.stderr
    assert "consumers.md" in written.stdout
    assert runner.invoke(app, ["check", *folder]).exit_code == 0
