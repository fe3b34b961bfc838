from pathlib import Path

from ballad.imports import imported_modules


def package(scripts: Path, **modules: str) -> Path:
    (scripts / "ballad" / "room").mkdir(parents=True)
    (scripts / "ballad" / "__init__.py").write_text("")
    (scripts / "ballad" / "room" / "__init__.py").write_text("")
    for name, source in modules.items():
        (scripts / "ballad" / f"{name.replace('__', '/')}.py").write_text(source)
    entry = scripts / "entry.py"
    entry.write_text("import os\nfrom ballad.first import a\n")
    return entry


def test_imports_are_followed_through_modules_and_folders(tmp_path):
    entry = package(
        tmp_path,
        first="from ballad.room import second\na = 1\n",
        room__second="import ballad.third\n",
        third="",
        unused="",
    )

    found = imported_modules(entry, tmp_path)

    assert [path.relative_to(tmp_path).as_posix() for path in found] == [
        "ballad/__init__.py",
        "ballad/first.py",
        "ballad/room/__init__.py",
        "ballad/room/second.py",
        "ballad/third.py",
    ]


def test_modules_that_import_each_other_end_the_search(tmp_path):
    entry = package(
        tmp_path,
        first="from ballad import second\na = 1\n",
        second="import ballad.first",
    )

    assert len(imported_modules(entry, tmp_path)) == 3


def test_an_import_inside_a_function_counts(tmp_path):
    entry = package(tmp_path, first="def a():\n    import ballad.second\n", second="")

    assert tmp_path / "ballad/second.py" in imported_modules(entry, tmp_path)
