"""Reads the files of frames: the ways in which people ask for a tool."""

import shlex
import zlib
from pathlib import Path

import templates

HERE = Path(__file__).resolve().parent


class Frame:
    """One way to ask, with the plan that is right for it."""

    __slots__ = ("name", "group", "text", "nodes", "tools", "fixed", "language", "files", "tags", "slots", "bare",
                 "development", "ends_copied", "share")

    def __init__(self, name, group, text, tools, fixed, language, files, tags, slots, bare):
        self.name, self.group, self.text = name, group, text
        self.nodes = templates.parse(text)
        self.tools, self.fixed, self.language = tools, fixed, language
        self.files, self.tags, self.slots, self.bare = files, tags, slots, bare
        # One in ten wordings is kept for development, by its text: frames added later do not move others.
        self.development = zlib.crc32(f"{group} {text}".encode()) % 10 == 0
        # A frame with many wordings is drawn up to three times in a round.
        self.share = min(3, 1 + templates.wordings(self.nodes) // 12)
        self.ends_copied = bool(self.nodes) and self.nodes[-1][0] in ("slot", "capture")


def assignments(text):
    """`2.path=x limit=3` as {(2, "path"): "x", (1, "limit"): 3}."""
    found = {}
    for word in shlex.split(text):
        name, equals, value = word.partition("=")
        if not equals:
            raise templates.TemplateError(f"{word!r} is no assignment")
        step, dot, rest = name.partition(".")
        step, name = (int(step), rest) if dot else (1, name)
        found[step, name] = int(value) if value.lstrip("-").isdigit() else value
    return found


def read(path):
    """All frames of a file.

    Lines that begin with @ set something for those below:
    @tools csv; calculator   the tools of the plan (without: the file's name; none: the empty plan)
    @args operation=sum      arguments that these frames share; a line adds its own after =>
                             2.column=@1.column: the same part of the prompt as in step 1
    @lang de                 the language
    @files csv               a file of this kind comes with the prompt; ?csv: sometimes, if none is named; -: never
    @slots file=csv          which vocabulary {file} means
    @tags near-miss          tags; -: none
    A line that begins with ! stays as it is: no greeting, no please.
    """
    group = path.stem
    tools = () if group == "none" else (group,)
    shared, language, files, tags, slots = {}, "en", None, (), {}
    frames = []
    for number, line in enumerate(path.read_text("utf-8").split("\n"), start=1):
        line = line.strip()
        if not line or line.startswith("# "):
            continue
        try:
            if line.startswith("@"):
                what, _, rest = line[1:].partition(" ")
                rest = rest.strip()
                if what == "tools":
                    tools = tuple(tool.strip() for tool in rest.split(";")) if rest != "none" else ()
                    shared = {}
                elif what == "args":
                    shared = assignments(rest)
                elif what == "lang":
                    language = rest
                elif what == "files":
                    files = None if rest == "-" else tuple(rest.split())
                elif what == "tags":
                    tags = () if rest == "-" else tuple(rest.split())
                elif what == "slots":
                    slots = {**slots, **{name: value for (_, name), value in assignments(rest).items()}}
                else:
                    raise templates.TemplateError(f"unknown setting @{what}")
                continue
            bare = line.startswith("!")
            text, _, rest = line[bare:].partition(" => ")
            fixed = {**shared, **assignments(rest)}
            frames.append(Frame(f"{group}:{number}", group, text.strip(), tools, fixed, language, files, tags, slots,
                                bare))
        except (templates.TemplateError, ValueError) as error:
            raise templates.TemplateError(f"{path.name}:{number}: {error}") from error
    return frames


def read_all(folder=HERE / "tools"):
    return [frame for path in sorted(folder.glob("*.txt")) for frame in read(path)]
