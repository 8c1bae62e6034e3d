"""Installs packages with annotators as pip does: a module and its metadata in a folder of the path."""

from pathlib import Path


def install(folder: Path, package: str, source: str, **entries: str) -> Path:
    """Put a module `package` and the entry points `name="attribute"` into `folder`, which is to be on `sys.path`."""
    about = folder / f"{package}-1.0.dist-info"
    about.mkdir(parents=True)
    (folder / f"{package}.py").write_text(source, encoding="utf-8")
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n", encoding="utf-8")
    lines = [f"{name} = {package}:{attribute}" for name, attribute in entries.items()]
    (about / "entry_points.txt").write_text("\n".join(["[copydesk.annotators]", *lines]) + "\n", encoding="utf-8")
    return folder
