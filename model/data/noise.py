"""What people do to a sentence: greetings, please, the story around it, typing errors, case, dots."""

import re

from templates import HARD, LITERAL

NEIGHBOURS = {
    "q": "wa", "w": "qes", "e": "wrd", "r": "etf", "t": "ryg", "y": "tuh", "u": "yij", "i": "uok", "o": "ipl",
    "p": "ol", "a": "sqz", "s": "adwx", "d": "sfec", "f": "dgrv", "g": "fhtb", "h": "gjyn", "j": "hkum", "k": "jlim",
    "l": "kop", "z": "xas", "x": "zcsd", "c": "xvdf", "v": "cbfg", "b": "vngh", "n": "bmhj", "m": "njk",
}
PLAIN = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüçñąćęłńśźż¿¡", "aaaaaaeeeeiiiiooooouuuucnacelnszz  ")
VERBS = frozenset("""
add aggregate analyse analyze append apply ask back benchmark break build calculate calc call cat change check classify
clean clone cluster combine commit compare compile compute concatenate condense convert copy correlate count create
crop cut debug decompose delete derive describe detect determine diagnose differentiate diff display do document
download draw duplicate empty erase estimate evaluate examine execute expand explain export extract factor factorise
factorize fetch figure filter find fit fix flip forecast format generate get give go grab graph grep group have hit
identify index init initialise initialize inspect install integrate investigate isolate join judge keep kill list
look locate make mark measure merge mine monitor move multiply name narrate open order output parse patch perform ping
pick plot post predict prepare pretty print produce profile project pull put query quote rank rate read recognise
recognize record reduce remove rename render replace report resize restore return reverse roll rotate round run save
say scale scan scrape search send separate set shorten show shrink sign simplify solve sort speak split spot stage
stash stop subtract sum summarise summarize switch tag take tally tell terminate test time total transcribe transform
translate trim troubleshoot turn undo update upgrade use validate verify voice work write
""".split())
QUESTIONS = frozenset("""
what what's whats which who where when why how how's is are was were do does did can could would will should has have
any wie was welche welcher welches wo wann warum wer ist sind gibt hat combien quel quelle quels quelles où quand
comment est qué cuál cuáles cuánto cuántos cuántas cuánta dónde cómo hay quanto quanti quante quanta quale quali dove
come qual quais quantos quantas onde como há hoeveel welke waar hoe wat zijn ile jaki jaka jakie gdzie czy który która
""".split())
# After these nothing can be told from what is copied, unless it stands in quotation marks.
OPEN_ENDED = {"command", "other_command", "code", "body", "text", "value", "message", "error", "arguments"}

GREETINGS = {
    "en": ["hi, ", "hey ", "hello, ", "hi there, ", "hey, ", "good morning! ", "ok ", "ok so ", "so, ", "hello! ",
           "quick one: ", "quick question: ", "yo, ", "right, ", "now ", "next: ", "hey you, ", "dear assistant, ",
           "sorry to bother you again, ", "me again. ", "morning, ", "alright, ", "um, ", "hmm, ", "todo: ",
           "task: ", "- ", "1) ", "@assistant ", "hi assistant, ", "please help: "],
    "de": ["hallo, ", "hi, ", "guten Tag, ", "moin, ", "ok, ", "kurze Frage: ", "so, ", "servus, "],
    "fr": ["bonjour, ", "salut, ", "coucou, ", "bon, ", "petite question : ", "dis, "],
    "es": ["hola, ", "buenas, ", "oye, ", "buenos días, ", "una pregunta: ", "a ver, "],
    "it": ["ciao, ", "buongiorno, ", "senti, ", "scusa, ", "allora, "],
    "pt": ["olá, ", "oi, ", "bom dia, ", "então, ", "por favor: "],
    "nl": ["hoi, ", "hallo, ", "dag, ", "even een vraag: ", "oké, "],
    "pl": ["cześć, ", "hej, ", "dzień dobry, ", "pytanie: "],
}
ASKING = ["please ", "please ", "please ", "can you ", "can you ", "could you ", "could you please ",
          "can you please ", "would you ", "i need you to ", "i want you to ", "i'd like you to ", "kindly ", "pls ",
          "plz ", "just ", "help me ", "go ahead and ", "let's ", "we need to ", "i have to ", "i need to ",
          "i want to ",
          "i'd like to ", "your job: ", "now please ", "could u ", "can u ", "you should ",
          "be so kind and ", "i would like to ", "for me, ", "try to ", "quickly ", "time to "]
# The first of these go with every verb.
FOR_ALL = 8
ENDINGS = {
    "en": [" please", " pls", ", please", ", thanks", " thanks!", ". thanks", ", thank you", " thx", " asap", " for me",
           ". cheers", " if you can", " right now", ", ok?", ". it's urgent", ". don't make me ask twice",
           ". i need it today", ", will you", "... again", ". nothing else", ". no rush", ", just curious", " :)"],
    "de": [" bitte", ", bitte", ", danke", ". danke dir", ". ist eilig", " mal bitte"],
    "fr": [" s'il te plaît", ", svp", " stp", ", merci", ". merci d'avance"],
    "es": [", por favor", " por favor", ", gracias", " porfa", ". es urgente"],
    "it": [", per favore", " per favore", ", grazie", " per piacere"],
    "pt": [", por favor", " por favor", ", obrigado", ", obrigada"],
    "nl": [" alsjeblieft", ", graag", " aub", ", bedankt"],
    "pl": [" proszę", ", proszę", ", dzięki", ". z góry dziękuję"],
}
STORIES = {
    "en": """I have a meeting in ten minutes.
My boss keeps asking me about this.
I'm not very good with computers, sorry.
We got this from a client last week and nobody has looked at it yet.
So I've been staring at this for an hour and my eyes hurt.
This is for my homework, due tomorrow.
My colleague is on holiday and left me with all of it.
I know this is a silly thing to ask.
Not sure if you can do this, but here goes.
The last tool I tried got it wrong.
Ok so here's the situation: I'm new in the team and have to get this done before lunch.
I tried to do it by hand but gave up.
It's for the quarterly review.
We're moving offices next month and I'm cleaning up.
I don't trust the number I was given.
I asked you this yesterday but lost the answer.
Ugh, this again.
My teacher wants us to show it.
I'm on the train, so keep it short.
The auditors come on Monday.
I really hope this works this time.
Long day.
I'm preparing a talk about it.
Just checking something before I go home.
The customer is on the phone right now.
I promised Maria I would have this by noon.
Bear with me, English is not my first language.
We had a discussion about it at lunch and nobody agreed.
It's probably simple but I can't figure it out.
I only need a quick answer.
My grandmother asked me about this.
I'm writing my thesis and this is one small piece of it.
Please be careful, this one matters.
No idea where to begin.
Every month the same thing.
I've got fifteen of these to do today.
Someone on the team wants to know.
For the newsletter I need this.
Second attempt, the first one timed out.
I'm helping my daughter with school.
The intern who used to do this has left.
It's late and I can't think any more.
Before we deploy I want to be sure.
After the outage last night everybody is nervous.
I'm doing the accounts for our club.
Don't explain, just the answer.
Nothing fancy needed.
We argued about this for half an hour.""".split("\n"),
    "de": ["Ich habe gleich eine Besprechung.", "Mein Chef fragt schon wieder danach.", "Das ist für die Schule.",
           "Ich kenne mich damit nicht so aus.", "Kurz vor Feierabend noch eine Sache."],
    "fr": ["J'ai une réunion dans dix minutes.", "Mon chef me le demande encore.", "C'est pour l'école.",
           "Je n'y connais pas grand-chose."],
    "es": ["Tengo una reunión en diez minutos.", "Mi jefe me lo ha vuelto a pedir.", "Es para la escuela.",
           "No entiendo mucho de esto."],
    "it": ["Ho una riunione tra poco.", "Il mio capo continua a chiedermelo.", "È per la scuola."],
    "pt": ["Tenho uma reunião daqui a pouco.", "O meu chefe está à espera.", "É para a escola."],
    "nl": ["Ik heb zo een vergadering.", "Mijn baas vraagt er steeds naar.", "Het is voor school."],
    "pl": ["Za chwilę mam spotkanie.", "Szef znowu o to pyta.", "To do szkoły."],
}


def mistype(random, word):
    """A word with one typing error, of those that fingers make."""
    # The first letter is seldom the wrong one.
    at = 0 if random.random() < 0.08 else 1 + int(random.random() * (len(word) - 1))
    roll = random.random()
    if roll < 0.3:
        return word[:at] + word[at + 1:]
    if roll < 0.5:
        return word[:at] + word[at] + word[at:]
    if roll < 0.75 and at + 1 < len(word):
        return word[:at] + word[at + 1] + word[at] + word[at + 2:]
    near = NEIGHBOURS.get(word[at].lower())
    if near:
        return word[:at] + near[int(random.random() * len(near))] + word[at + 1:]
    return word[:at] + word[at + 1:]


# Other ways to write the same, used on the words of frames, never on what is copied.
SYNONYMS = {
    "what is": ["what's", "whats", "what is"], "what's": ["what is", "whats"], "who is": ["who's", "whos"],
    "where is": ["where's", "wheres"], "how is": ["how's"], "is there": ["is there", "do we have", "isn't there"],
    "please": ["pls", "plz", "pleas"], "you": ["u", "you"], "are": ["r", "are"], "with": ["w/", "with"],
    "and": ["&", "and"], "i'm": ["im", "i am"], "don't": ["dont", "do not"], "can't": ["cant", "cannot"],
    "doesn't": ["doesnt", "does not"], "i need": ["i want", "i require", "need", "gimme"], "because": ["bc", "cause"],
    "summarise": ["summarize"], "summarize": ["summarise"], "analyse": ["analyze"], "analyze": ["analyse"],
    "factorise": ["factorize"], "colour": ["color"], "recognise": ["recognize"], "visualise": ["visualize"],
    "folder": ["directory", "dir"], "picture": ["image", "pic", "photo"], "biggest": ["largest"],
    "largest": ["biggest"], "delete": ["remove", "erase"], "highest": ["biggest", "greatest"],
    "show me": ["display", "give me", "let me see", "show"], "give me": ["get me", "gimme", "show me"],
    "tell me": ["let me know"], "how many": ["what number of", "how many"], "the": ["the", "the", ""],
    "average": ["avg", "mean"], "maximum": ["max"], "minimum": ["min"], "calculate": ["compute", "work out"],
    "compute": ["calculate"], "convert": ["transform", "change"],
    "run": ["execute"], "execute": ["run"], "create": ["make"],
    "rows": ["records", "rows"], "processes": ["procs", "processes"], "frequent": ["common"],
    "documents": ["docs", "files"], "memory": ["ram"],
}
# Where the exact word decides, as in sayings and in questions about other things, it stays.
KEEP = {"none", "api_tester"}
PHRASE = re.compile(r"\b(" + "|".join(sorted(map(re.escape, SYNONYMS), key=len, reverse=True)) + r")\b")


def paraphrase(random, prompt):
    """Writes some words of a frame in another way."""
    def other(match):
        options = SYNONYMS[match[1]]
        return options[int(random.random() * len(options))] if random.random() < 0.5 else match[1]

    for index, kind in enumerate(prompt.kinds):
        if kind == LITERAL:
            text = PHRASE.sub(other, prompt.texts[index])
            prompt.texts[index] = re.sub(r"(?<=\S)  +", " ", text) if text != prompt.texts[index] else text


WORD, SHORT_WORD = re.compile(r"[^\W\d_]{4,}"), re.compile(r"[^\W\d_]{3,}")
GAP = re.compile(r"(?<=[a-z]) (?=[a-z])")


def add_typos(random, prompt, many):
    """Typing errors in words that are not copied exactly; says whether there are any now."""
    places = [index for index, kind in enumerate(prompt.kinds)
              if kind != HARD and WORD.search(prompt.texts[index])]
    if not places:
        return False
    for _ in range(many):
        index = places[int(random.random() * len(places))]
        text = prompt.texts[index]
        gaps = list(GAP.finditer(text)) if random.random() < 0.12 else ()
        if gaps:
            gap = gaps[int(random.random() * len(gaps))]
            prompt.texts[index] = text[:gap.start()] + text[gap.end():]
            continue
        words = list((SHORT_WORD if random.random() < 0.3 else WORD).finditer(text))
        if words:
            word = words[int(random.random() * len(words))]
            prompt.texts[index] = text[:word.start()] + mistype(random, word[0]) + text[word.end():]
    return True


def first_word(text):
    words = text.split(maxsplit=1)
    return words[0].lower().rstrip(",:?") if words else ""


def open_ended(prompt):
    """Whether the prompt ends with copied text of which nobody could say where it ends."""
    last = len(prompt.texts) - 1
    return any(name in OPEN_ENDED and parts and parts[-1] == last for (_, name), parts in prompt.copied.items())


# The share of English prompts that are told with a long story, and how many of these stories name another file.
RAMBLING, ASIDES = 0.17, 0.2
# A story may name another file only where the prompt names its own.
NAMED = {"file", "path", "source", "url", "code", "command", "expression", "values", "text", "package", "process"}


def ramble(random, prompt):
    """A long story around a prompt, of words/stories.txt; returns the texts put in front and whether any follows."""
    def some(name):
        return prompt.words.text(random, name)

    def sentence(text):
        return text[:1].upper() + text[1:]

    head = first_word(prompt.texts[0]) if prompt.kinds[0] == LITERAL else ""
    roll = random.random()
    before = 0 if roll < 0.22 else 1 if roll < 0.6 else 2
    told, ended = [], False
    for _ in range(before):
        told.append(some("story"))
    if before and random.random() < 0.55:
        told.append(some("storymore"))
    named = NAMED & {argument for _, argument in prompt.copied}
    if before and named and random.random() < ASIDES:
        told.append(some("aside"))
    lower = random.random() < 0.3
    joint = (". ", ". ", ". ", ". ", ", ", ", ", " - ", "... ")[int(random.random() * 8)]
    front = [joint.join(text if lower or (joint != ". " and index) else sentence(text)
                        for index, text in enumerate(told))] if told else []
    if front:
        roll = random.random()
        front.append(". " if roll < 0.7 else "\n" if roll < 0.8 else "\n\n" if roll < 0.87 else ", " if roll < 0.93
                     else " ... ")
        roll = random.random()
        # "What I need you to do is to tell me" goes with any verb; a question or a name of something does not follow.
        bridge = some("bridgeverb") if head in VERBS and roll < 0.6 else some("bridge") if roll < 0.8 else ""
        if bridge and head in VERBS and bridge.startswith(("therefore", "now I")) and head in ("show", "give", "tell"):
            bridge = "please"
        if bridge:
            front.append((bridge if lower or front[-1].startswith(",") else sentence(bridge)) + " ")
    if (not front or random.random() < 0.45) and not open_ended(prompt):
        told = [some("because") for _ in range(1 if random.random() < 0.6 else 2)]
        mark = "? " if head in QUESTIONS and not front else ". "
        start = "\n" if random.random() < 0.1 else mark
        prompt.texts.append(start + ". ".join(text if lower else sentence(text) for text in told))
        prompt.kinds.append(LITERAL)
        ended = True
    return front, ended


def wrap(random, prompt, language, tags):
    """What comes before and after the frame; returns the texts put in front and whether any follows."""
    if language == "en" and random.random() < RAMBLING:
        front, ended = ramble(random, prompt)
        if front or ended:
            tags.append("rambling")
            return front, ended
    head = first_word(prompt.texts[0]) if prompt.kinds[0] == LITERAL else ""
    front, ended = [], False
    roll = random.random()
    if language == "en" and head in VERBS and roll < 0.22:
        # "I want to show me the rows" is nothing that anybody says.
        options = len(ASKING) if head not in ("show", "give", "tell", "let", "get") else FOR_ALL
        asking = ASKING[int(random.random() * options)]
        front.append(asking)
        if asking.startswith(("can", "could", "would")) and random.random() < 0.6 and not open_ended(prompt):
            prompt.texts.append("?")
            prompt.kinds.append(LITERAL)
    elif roll < 0.3:
        options = GREETINGS.get(language, GREETINGS["en"])
        front.append(options[int(random.random() * len(options))])
    elif roll < 0.44:
        options = STORIES.get(language, STORIES["en"])
        story = options[int(random.random() * len(options))]
        tags.append("rambling")
        if random.random() < 0.2 and not open_ended(prompt):
            prompt.texts.append((". " if random.random() < 0.7 else "\n") + story)
            prompt.kinds.append(LITERAL)
            ended = True
        else:
            front.append(story + (" " if random.random() < 0.85 else "\n"))
    if roll > 0.88 and prompt.texts[-1][-1:] not in ".?!" and not open_ended(prompt):
        options = ENDINGS.get(language, ENDINGS["en"])
        prompt.texts.append(options[int(random.random() * len(options))])
        prompt.kinds.append(LITERAL)
        ended = True
    return front, ended


def finish(random, prompt, front, language, ended):
    """Punctuation at the end, unless something follows the frame, and upper and lower case."""
    last = prompt.texts[-1]
    if last[-1:] not in ".?!)…:" and not open_ended(prompt) and not ended:
        roll = random.random()
        asked = bool(front) and first_word(front[-1]) in ("can", "could", "would")
        asks = asked or (prompt.kinds[0] == LITERAL and first_word(prompt.texts[0]) in QUESTIONS)
        mark = ""
        if asks:
            mark = "?" if roll < 0.6 else "??" if roll < 0.62 else ""
        elif roll < 0.2:
            mark = "."
        elif roll < 0.23:
            mark = "!"
        if mark:
            prompt.texts.append(mark)
            prompt.kinds.append(LITERAL)
    roll = random.random()
    if roll < 0.42:
        if front:
            front[0] = front[0][:1].upper() + front[0][1:]
        if prompt.kinds[0] == LITERAL and (not front or front[-1].rstrip()[-1:] in ".!?"):
            prompt.texts[0] = prompt.texts[0][:1].upper() + prompt.texts[0][1:]
    elif roll < 0.6:
        front[:] = [text.lower() for text in front]
        prompt.texts[:] = [text if kind == HARD else text.lower() for text, kind in zip(prompt.texts, prompt.kinds)]
    elif roll < 0.615:
        front[:] = [text.upper() for text in front]
        prompt.texts[:] = [text.upper() if kind == LITERAL else text
                           for text, kind in zip(prompt.texts, prompt.kinds)]
    if language != "en" and random.random() < 0.12:
        front[:] = [text.translate(PLAIN) for text in front]
        prompt.texts[:] = [text.translate(PLAIN) if kind == LITERAL else text
                           for text, kind in zip(prompt.texts, prompt.kinds)]
