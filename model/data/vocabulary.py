"""What fills the slots of frames: lists of words from words/*.txt, and names and numbers that are made."""

import re
import zlib
from pathlib import Path

import templates
from templates import HARD, LITERAL, SOFT

HERE = Path(__file__).resolve().parent
# In these a typing error is as likely as elsewhere; the argument keeps it.
SOFT_NAMES = {"query", "topic", "columns"}
# Words around the arguments.
LITERAL_NAMES = {"who", "when", "thing", "kindcsv", "kinddoc", "kindlog", "soon", "story", "storymore", "because",
                 "bridge", "bridgeverb"}
# Kinds in which names without an ending come too, and hidden ones, and ones with spaces: `oddname`.
ODD_KINDS = {"anyfile", "text", "textout"}
# Lists shorter than this are used whole for training and for development.
HELD_BACK_FROM = 30

ENDINGS = {
    "csv": ["csv"] * 8 + ["tsv", "CSV"],
    "json": ["json"] * 8 + ["geojson", "JSON"],
    "pdf": ["pdf"] * 9 + ["PDF"],
    "xlsx": ["xlsx"] * 7 + ["xls", "xls", "XLSX", "xlsm"],
    "doc": ["txt", "txt", "md", "md", "pdf", "docx", "html", "odt", "rst", "eml"],
    "text": ["txt", "txt", "txt", "md", "md", "rst", "log"] * 2 + ["org", "tex", "cfg", "ini", "yaml", "conf", "nfo"],
    "anyfile": ["txt", "md", "pdf", "csv", "json", "xlsx", "docx", "png", "jpg", "zip", "py", "log", "yaml", "conf",
                "html", "bak", "tar.gz", "ini", "xml", "svg", "toml"] * 2
               + ["mp4", "mp3", "mkv", "tex", "ipynb", "db", "sqlite", "sql", "odt", "ods", "pptx", "eml", "htm", "cfg",
                  "h", "cpp", "rs", "js", "ts", "css", "HEIC", "JPG", "PDF", "NEF", "iso", "epub", "ics", "vcf", "kdbx",
                  "psd", "tmp", "old", "rtf", "7z", "dat", "pem", "sql.gz", "jsonl", "parquet", "drawio", "key"],
    "picture": ["png", "jpg", "jpeg", "JPG", "png", "webp", "tiff", "bmp", "gif", "heic"],
    "scan": ["png", "jpg", "jpeg", "tif", "tiff", "png", "JPG"],
    "sound": ["wav", "wav", "mp3", "ogg"],
    "log": ["log"] * 8 + ["log.1", "out"],
    "python": ["py"], "javascript": ["js", "mjs"], "lua": ["lua"], "c": ["c"], "shellfile": ["sh", "bash"],
    "source": ["py", "js", "c", "cpp", "go", "rs", "lua", "java", "swift", "ts", "rb", "sh"],
    "page": ["html", "htm", "html"],
    "schema": ["schema.json", "json"],
    "report": ["pdf", "html", "md", "pdf", "docx"],
    "textout": ["txt", "txt", "md", "out"] * 4 + ["ini", "conf", "cfg", "yaml", "csv", "html", "json", "env", "log"],
    "table": ["csv", "csv", "csv", "xlsx", "tsv"],
}
STEMS = {"log": "logstem", "picture": "picstem", "scan": "picstem", "python": "codestem", "javascript": "codestem",
         "lua": "codestem", "c": "codestem", "shellfile": "codestem", "source": "codestem", "csv": "tablestem",
         "xlsx": "tablestem", "table": "tablestem", "json": "jsonstem", "schema": "jsonstem", "page": "docstem",
         "pdf": "docstem", "doc": "docstem", "text": "docstem", "sound": "docstem", "report": "docstem",
         "textout": "docstem"}
NUMBER_WORDS = {
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
          "sixteen seventeen eighteen nineteen twenty".split(),
    "de": "eins zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn "
          "sechzehn siebzehn achtzehn neunzehn zwanzig".split(),
    "fr": "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize "
          "dix-sept dix-huit dix-neuf vingt".split(),
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince "
          "dieciséis diecisiete dieciocho diecinueve veinte".split(),
    "it": "uno due tre quattro cinque sei sette otto nove dieci undici dodici tredici quattordici "
          "quindici sedici diciassette diciotto diciannove venti".split(),
    "pt": "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze dezesseis "
          "dezessete dezoito dezenove vinte".split(),
    "nl": "een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien "
          "zeventien achttien negentien twintig".split(),
    "pl": "jeden dwa trzy cztery pięć sześć siedem osiem dziewięć dziesięć jedenaście dwanaście "
          "trzynaście czternaście piętnaście szesnaście siedemnaście osiemnaście dziewiętnaście dwadzieścia".split(),
}


def number(random):
    """A whole number as people write them: mostly small."""
    return int(10 ** (random.random() * 3.3)) + (random.random() < 0.5)


class Words:
    """The vocabularies, as a training or a development set sees them."""

    def __init__(self, development=False, folder=HERE / "words"):
        self.lists, self.raw = {}, set()
        for path in sorted(folder.glob("*.txt")):
            self.read(path)
        if not development:
            # One word in ten appears only in development, so that copying is measured on unseen words too.
            for name, entries in self.lists.items():
                if len(entries) >= HELD_BACK_FROM:
                    kept = [entry for entry in entries if zlib.crc32(entry.encode()) % 10]
                    self.lists[name] = kept
        self.compiled = {name: [self.entry(name, entry) for entry in entries]
                         for name, entries in self.lists.items()}
        self.file_kinds = frozenset(ENDINGS) | {"folder", "filename", "oddname", "oddbinary", "globpath"}
        self.made = {"n": lambda random, _: str(number(random)), "small": self.small, "dec": self.decimal,
                     "pct": self.percent, "year": lambda random, _: str(1950 + int(random.random() * 80)),
                     "count": self.count, "few": self.few, "numbers": self.number_list,
                     "big": self.big, "money": self.money,
                     "clock": self.clock, "date": self.date, "cell": self.cell, "cells": self.cells,
                     "pixels": self.pixels, "folder": self.folder, "percentage": self.percentage,
                     "degrees": self.degrees, "pages": self.page_range,
                     "version": self.version, "filename": self.file_name, "status": self.status, "runs": self.run_count}

    def read(self, path):
        name = None
        for line in path.read_text("utf-8").split("\n"):
            line = line.rstrip("\r\n")
            match = re.fullmatch(r"\[([a-z_0-9.]+)(!?)\]", line)
            if match:
                name = match[1]
                self.lists.setdefault(name, [])
                if match[2]:
                    self.raw.add(name)
            elif line.strip() and not line.startswith("# "):
                if name is None:
                    raise templates.TemplateError(f"{path.name}: words before the first [list]")
                self.lists[name].append(line.strip())

    def entry(self, name, text):
        """A word as (template or text, value); the value is None for what is copied."""
        if name in self.raw:
            return text.replace("⏎", "\n"), None, False
        surface, arrow, value = text.partition(" => ")
        if arrow:
            value = int(value) if value.lstrip("-").isdigit() else value
        nodes = templates.parse(surface)
        plain = len(nodes) == 1 and nodes[0][0] == "text"
        return (nodes[0][1] if plain else nodes), (value if arrow else None), not plain

    @staticmethod
    def pick(random, options):
        return options[int(random.random() * len(options))]

    def kind(self, name):
        base = name.partition(".")[0]
        return SOFT if base in SOFT_NAMES else LITERAL if base in LITERAL_NAMES else HARD

    def draw(self, random, name, language):
        """(what stands in the prompt, the value if it is not the same, how it may be mistyped)"""
        if name in ENDINGS:
            return self.file(random, name, language), None, HARD
        made = self.made.get(name)
        if made:
            result = made(random, language)
            return (*result, HARD) if isinstance(result, tuple) else (result, None, HARD)
        entries = self.compiled.get(f"{name}.{language}") if language != "en" else None
        if not entries or (name in ("query", "columns", "column") and random.random() < 0.1):
            entries = self.compiled.get(name)
        if not entries:
            raise templates.TemplateError(f"there is no vocabulary {name!r}")
        text, value, compound = self.pick(random, entries)
        if compound:
            inner = templates.Rendering(random, self, language)
            inner.render(text)
            text = "".join(inner.texts)
        return text, value, self.kind(name)

    def text(self, random, name, language="en"):
        return self.draw(random, name, language)[0]

    # Files

    def stem(self, random, kind, language):
        name = STEMS.get(kind, "docstem")
        roll = random.random()
        if roll < 0.03:
            stem = self.text(random, "stem")
        elif roll < 0.3 and language != "en" and f"stem.{language}" in self.compiled:
            stem = self.text(random, "stem", language)
        else:
            stem = self.text(random, name)
        roll = random.random()
        if roll < 0.18:
            stem += self.pick(random, ["_", "-", "-", " ", ""]) + str(2015 + int(random.random() * 13))
        elif roll < 0.27:
            stem += self.pick(random, ["_v2", "-final", "_old", " (1)", "_new", "-draft", "2", "_01", "-copy",
                                       "_FINAL_v3", ".bak", "_Q3", "-jan", "_2024-05", " copy", "-en", "_backup"])
        elif roll < 0.36:
            extra = self.text(random, name)
            stem += self.pick(random, ["_", "-", " ", "_"]) + extra
        roll = random.random()
        if roll < 0.08:
            stem = stem.replace("_", " ").replace("-", " ").title()
        elif roll < 0.12:
            stem = stem.upper()
        elif roll < 0.16:
            stem = stem.capitalize()
        elif roll < 0.2 and language == "en":
            stem = re.sub(r"[ _-](\w)", lambda match: match[1].upper(), stem)
        return stem

    def file(self, random, kind, language):
        if kind in ODD_KINDS and random.random() < 0.08:
            name = self.text(random, "oddbinary" if kind == "anyfile" and random.random() < 0.3 else "oddname")
        else:
            name = f"{self.stem(random, kind, language)}.{self.pick(random, ENDINGS[kind])}"
        if random.random() < 0.2:
            name = self.folder(random, language).rstrip("/") + "/" + name
        elif random.random() < 0.02:
            name = "./" + name
        return name

    def file_name(self, random, language):
        """A file's name without a folder, as one looks for it."""
        return self.file(random, "anyfile", language).rpartition("/")[2]

    def folder(self, random, language):
        roll = random.random()
        one = self.text(random, "dirstem", language)
        if roll < 0.6:
            return one
        if roll < 0.75:
            return one + "/"
        if roll < 0.87:
            return one + "/" + self.text(random, "dirstem", language)
        if roll < 0.9:
            return "/".join([one, self.text(random, "dirstem", language), self.text(random, "dirstem", language)])
        if roll < 0.96:
            return self.pick(random, ["/workspace/", "./", "~/", "../", "/home/anna/", "/srv/", "/var/", "/mnt/usb/",
                                      "/tmp/", "/opt/", "~/Documents/", "/media/disk1/"]) + one
        return one + " " + str(2015 + int(random.random() * 13))

    # Numbers

    def small(self, random, language):
        return str(2 + int(random.random() * 18))

    def big(self, random, language):
        value = int(10 ** (3 + random.random() * 5))
        return f"{value:,}" if random.random() < 0.35 else str(value)

    def decimal(self, random, language):
        value = 10 ** (random.random() * 3.5 - 0.5)
        return f"{value:.{1 + int(random.random() * 3)}f}"

    def money(self, random, language):
        value = 10 ** (0.5 + random.random() * 4)
        return str(int(value)) if random.random() < 0.5 else f"{value:.2f}"

    def percent(self, random, language):
        return self.pick(random, ["5", "7", "8", "10", "12", "15", "17.5", "18", "19", "20", "21", "22", "25", "30",
                                  "33", "35", "40", "45", "50", "60", "65", "75", "80", "90", "95", "2.5", "3.9",
                                  "6.25", "8.875", "110", "150"])

    def count(self, random, language):
        value = self.pick(random, [1, 2, 2, 3, 3, 3, 4, 5, 5, 5, 6, 7, 8, 9, 10, 10, 10, 12, 15, 20, 20, 24, 25,
                                   30, 40, 50, 100])
        if value == 1:
            value = 2 + int(random.random() * 40)
        words = NUMBER_WORDS.get(language, ())
        if value <= len(words) and random.random() < 0.4:
            return words[value - 1], value
        if language == "en" and random.random() < 0.04:
            return self.pick(random, [("a dozen", 12), ("twenty", 20), ("fifty", 50), ("a hundred", 100),
                                      ("fifteen", 15), ("thirty", 30)])
        return str(value), value

    def few(self, random, language):
        value = 2 + int(random.random() ** 1.7 * 11)
        words = NUMBER_WORDS.get(language, ())
        return (words[value - 1] if words and random.random() < 0.45 else str(value)), value

    def run_count(self, random, language):
        return self.count(random, language)

    def pixels(self, random, language):
        value = self.pick(random, [64, 100, 120, 128, 150, 200, 240, 256, 300, 320, 400, 480, 512, 600, 640, 720, 768,
                                   800, 900, 1000, 1024, 1080, 1200, 1280, 1440, 1600, 1920, 2000, 2048, 2560, 3840])
        if random.random() < 0.1:
            value += int(random.random() * 90)
        return str(value), value

    def percentage(self, random, language):
        value = self.pick(random, [10, 15, 20, 25, 30, 33, 40, 45, 50, 55, 60, 66, 70, 75, 80, 85, 90, 110, 120, 125,
                                   150, 175, 200, 300, 400])
        return str(value), value

    def degrees(self, random, language):
        value = self.pick(random, [90, 90, 90, 180, 180, 270, 45, 30, 15, 10, 5, 60, 120, 3, 2])
        return str(value), value

    def status(self, random, language):
        value = self.pick(random, [200, 200, 201, 204, 301, 302, 400, 401, 403, 404, 409, 418, 422, 429, 500, 503])
        return str(value), value

    def number_list(self, random, language):
        length = 3 + int(random.random() * 7)
        style = random.random()
        if style < 0.55:
            values = [str(number(random)) for _ in range(length)]
        elif style < 0.85:
            places = 1 + int(random.random() * 2)
            low = random.random() * 50
            values = [f"{low + random.random() * 40:.{places}f}" for _ in range(length)]
        else:
            values = [str(int(random.random() * 60 - 25)) for _ in range(length)]
        separator = self.pick(random, [", ", ", ", ", ", ", ", " ", " ", ",", "; "])
        if separator == ", " and random.random() < 0.3:
            word = {"en": "and", "de": "und", "fr": "et", "es": "y", "it": "e", "pt": "e", "nl": "en",
                    "pl": "i"}.get(language, "and")
            return ", ".join(values[:-1]) + f" {word} {values[-1]}"
        text = separator.join(values)
        return f"[{text}]" if separator == ", " and random.random() < 0.08 else text

    def clock(self, random, language):
        hour, minute = int(random.random() * 24), self.pick(random, [0, 0, 0, 15, 30, 45, 5, 10, 20, 50])
        if language != "en" or random.random() < 0.6:
            return f"{hour:02d}:{minute:02d}"
        half = "am" if hour < 12 else "pm"
        hour = hour % 12 or 12
        space = self.pick(random, ["", " "])
        return f"{hour}{space}{half}" if not minute else f"{hour}:{minute:02d}{space}{half}"

    def date(self, random, language):
        year, month, day = (2015 + int(random.random() * 13), 1 + int(random.random() * 12),
                            1 + int(random.random() * 28))
        months = ("January February March April May June July August September October November December").split()
        roll = random.random()
        if roll < 0.35 or language != "en":
            if roll < 0.2 or language == "en":
                return f"{year}-{month:02d}-{day:02d}"
            return f"{day:02d}.{month:02d}.{year}"
        if roll < 0.5:
            return f"{day} {months[month - 1]} {year}"
        if roll < 0.65:
            return f"{months[month - 1]} {day}, {year}"
        if roll < 0.75:
            return f"{months[month - 1][:3]} {day}"
        if roll < 0.85:
            return f"{day:02d}/{month:02d}/{year}"
        return f"{months[month - 1]} {day}"

    def cell(self, random, language):
        return self.pick(random, "ABCDEFGHKLM") + str(1 + int(random.random() * 60))

    def cells(self, random, language):
        first, last = sorted((int(random.random() * 8), int(random.random() * 8)))
        row = 1 + int(random.random() * 12)
        text = f"{'ABCDEFGH'[first]}{row}:{'ABCDEFGH'[last]}{row + 1 + int(random.random() * 90)}"
        return text.lower() if random.random() < 0.1 else text

    def page_range(self, random, language):
        first = 1 + int(random.random() * 30)
        last = first + 1 + int(random.random() * 10)
        between = {"en": " to ", "de": " bis ", "fr": " à ", "es": " a ", "it": " a ", "pt": " a ", "nl": " tot ",
                   "pl": " do "}.get(language, "-")
        return self.pick(random, [f"{first}-{last}", f"{first}-{last}", f"{first}{between}{last}", f"{first}–{last}"])

    def version(self, random, language):
        return (f"{int(random.random() * 9)}.{int(random.random() * 20)}"
                + (f".{int(random.random() * 12)}" if random.random() < 0.6 else ""))
