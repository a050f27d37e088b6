"""Whole flows at the screen, and each promise it makes."""
import collections
import json
import os
import random
import re
import signal
import sqlite3
import subprocess
import sys
import time

sys.path[:0] = [os.path.join(os.environ["abs_top_srcdir"], folder) for folder in ("tests", "tests/terminal")]
from place import place  # noqa: E402
from terminal import Cases, Missing, Terminal, WAIT  # noqa: E402

GUICHET = os.environ["GUICHET_BIN"]
VISITS = 14
random.seed(5)


PASSWORDS = {}


def environment(user):
    return {**os.environ, "GUICHET_CLINIC": "clinic", "GUICHET_USER": user, "GUICHET_PASSWORD_FILE": user + ".pass"}


def guichet(*args, user="ines", check=True):
    env = environment(user)
    run = subprocess.run([GUICHET, *args], env=env, capture_output=True, text=True)
    if check and run.returncode != 0:
        sys.exit(f"Bail out! guichet {args[0]}: {run.stderr}")
    return run.stdout


def set_up():
    PASSWORDS.update(place("clinic", "Port Clinic", "admin:admin", "ines:clinician:Dr Moreau", "paul:clinician:Dr Petit"))
    visits()
    guichet("worker", "--once")


def visits(first=0, n=VISITS):
    with open("visits.jsonl", "w", encoding="utf-8") as file:
        for i in range(first, first + n):
            file.write(json.dumps({
                "id": f"v{i}", "clinician": "ines",
                "patient": {"family": f"Harper{chr(65 + i)}", "given": "Nora", "birth": "1968-04-12", "record": f"D{i}"},
                "dialogue": [
                    {"speaker": "doctor", "text": "What brings you in today?"},
                    {"speaker": "patient", "text": f"I have had a sore throat and a cough for {i + 3} days."},
                    {"speaker": "doctor", "text": "Any fever?"}, {"speaker": "patient", "text": "No, no fever."},
                    {"speaker": "doctor", "text": "Take ibuprofen 400 mg three times a day with food."}]}) + "\n")
    guichet("visit", "import", "--consent-by", "patient", "--consent-how", "spoken", "--consent-words", "Yes.",
            "--all-party", "visits.jsonl")


def states():
    """How many items stand in each state (by its name)."""
    return json.loads(guichet("queue", "--counts", "--json"))


def numbers():
    """The same by number, from the database: without a password, and so at once."""
    with sqlite3.connect("file:clinic/data.db?mode=ro", uri=True, timeout=30) as db:
        return collections.Counter(dict(db.execute("SELECT state, count(*) FROM item GROUP BY state")))


def journals():
    """How many texts are kept that somebody types just now."""
    with sqlite3.connect("file:clinic/data.db?mode=ro", uri=True, timeout=30) as db:
        return db.execute("SELECT count(*) FROM journal").fetchone()[0]


def until(function, what):
    end = time.monotonic() + WAIT
    while not function():
        if time.monotonic() > end:
            raise Missing(what)
        time.sleep(0.05)


def opened(columns=80, rows=24, user="ines", args="", env=None):
    """A session at the queue."""
    terminal = Terminal(f"'{GUICHET}' --clinic clinic {args}", columns, rows, {"LC_ALL": "C.UTF-8", **(env or {})})
    terminal.wait("(?i)name|user|login")
    terminal.type(user)
    terminal.keys("Enter")
    terminal.wait("(?i)password|mot de passe")
    terminal.type(PASSWORDS[user])
    terminal.keys("Enter")
    terminal.wait("HARPER")
    return terminal


def reviewing(terminal, name=""):
    if name:
        terminal.keys("/")
        terminal.type(name)
        terminal.keys("Enter")
    terminal.keys("Enter")
    terminal.wait("CURRENT MEDICATIONS|HISTORY|ibuprofen")


def closing(function):
    """Calls it with a terminal, and closes that whatever happens."""
    def call(*args):
        terminal = opened(*args)
        try:
            function(terminal)
        finally:
            terminal.close()
    return call


# --- flows


@closing
def whole_way(terminal):
    reviewing(terminal)
    terminal.keys("Down")
    terminal.wait("rests on|rest on|said|doctor")
    terminal.keys("e")
    terminal.wait("save")
    terminal.keys("C-End")
    terminal.type("Rest at home.")
    terminal.wait("Rest at home")
    terminal.keys("C-s")
    terminal.wait("sign")
    terminal.keys("d")
    terminal.wait(r"\+ .*Rest at home")
    terminal.keys("q")
    terminal.keys("s")
    terminal.wait("password")
    terminal.type(PASSWORDS["ines"])
    terminal.keys("Enter")
    terminal.wait("Signed")
    terminal.keys("q")
    terminal.wait("outbox")
    terminal.keys("b")
    text = terminal.wait("signed")
    assert re.search(r"\d+ ?s", text), "no countdown:\n" + text
    terminal.keys("u")
    terminal.wait("undone")
    assert states()["signed"] == 0


@closing
def few_keys(terminal):
    """A clean draft: Enter, s, the password, Enter."""
    before = states()["signed"]
    terminal.keys("Enter")
    terminal.wait("sign")
    terminal.keys("s")
    terminal.wait("password")
    terminal.type(PASSWORDS["ines"])
    terminal.keys("Enter")
    terminal.wait("Signed")
    assert states()["signed"] == before + 1


# --- promises


@closing
def enter_never_confirms(terminal):
    before = numbers()
    reviewing(terminal, "HARPERB")
    terminal.keys("r")
    terminal.wait("1 ")
    terminal.keys("Enter", "Enter", "Enter", "Escape")
    terminal.wait("Reject, because", gone=True)
    terminal.keys("s")
    terminal.wait("password, to sign")
    terminal.keys("Enter", "Enter")
    terminal.wait("password, to sign", gone=True)
    terminal.keys("q")
    terminal.wait("HARPERC")
    until(lambda: numbers() == before, f"states were {before}, are {numbers()}")


@closing
def says_why(terminal):
    terminal.keys("Z")
    terminal.wait(r"Z does nothing here")
    terminal.keys("u")
    text = terminal.wait("(?m)^.*(sign|not).*$")
    assert text


@closing
def arrivals_move_nothing(terminal):
    terminal.keys("Down", "Down", "Down")
    chosen = next(line for line in terminal.wait("HARPER").splitlines() if line.startswith(">"))
    name = re.search("HARPER[A-Z]+", chosen).group()
    visits(VISITS, 1)
    terminal.wait(f"{VISITS} ready|{VISITS + 1} ready|HARPER{chr(65 + VISITS)}")
    now = next(line for line in terminal.text().splitlines() if line.startswith(">"))
    assert name in now, f"{name} was chosen; now {now}"


def two_people():
    one = opened()
    two = opened(80, 24, "paul")
    try:
        reviewing(one, "HARPERC")
        reviewing(two, "HARPERC")
        two.wait("Moreau")
        two.keys("e")
        two.wait("(?i)only to read|moreau|open")
        assert "save" not in two.text().splitlines()[-2]
    finally:
        one.close()
        two.close()


def pastes(bracketed):
    ways = [(), ("Enter",), ("Enter", "s"), ("Enter", "r"), ("Enter", "E"), ("b",), ("p",), ("?",), ("l",), ("r",)]
    terminal = opened()
    before = numbers()
    try:
        for way in ways:
            terminal.keys(*way)
            keys = "".join(random.choice("syYrREgbpoeqnNAu1234567890 \n") for _ in range(2048))
            terminal.paste(keys, bracketed)
            terminal.keys("Escape", "Escape", "Escape")
            time.sleep(0.2)  # what the paste might have begun has to have its chance
            if "over:" in terminal.text() or not re.search("HARPER.*ready", terminal.text()):
                terminal.close()
                terminal = opened()
        until(lambda: numbers() == before, f"states were {before}, are {numbers()}")
    finally:
        terminal.close()


def typed_words_outlive(number):
    words = f"Words before signal {number}"
    terminal = opened()
    try:
        reviewing(terminal, "HARPERE")
        terminal.keys("e")
        terminal.wait("save")
        terminal.keys("C-End")
        terminal.type(words)
        terminal.wait(words)
        if number == signal.SIGKILL:
            until(lambda: journals() > 0, "no journal")
            time.sleep(2.1)  # the promise: at most two seconds are lost
        os.kill(terminal.pid(), number)
        text = terminal.wait("over:")
        if number != signal.SIGKILL:
            assert re.search(r"over:\d+:as it was", text), "the terminal is not as it was:\n" + text
    finally:
        terminal.close()
    terminal = opened()
    try:
        reviewing(terminal, "HARPERE")
        terminal.keys("e")
        text = terminal.wait("save|unsaved|typing|y")
        if words not in text:
            terminal.type("y")
            terminal.keys("Enter")
        terminal.wait(words)
        terminal.keys("C-q")
        terminal.wait("(?i)give|unsaved|leave|y")
        terminal.type("y")
        terminal.keys("Enter")
    finally:
        terminal.close()


def closed_window():
    """The terminal itself goes away: the process ends, the words stay."""
    terminal = opened(env={"ASAN_OPTIONS": "detect_leaks=0"})  # see Terminal.close()
    reviewing(terminal, "HARPERF")
    terminal.keys("e")
    terminal.wait("save")
    terminal.keys("C-End")
    terminal.type("Kept when the window closed")
    terminal.wait("Kept when the window closed")
    pid = terminal.pid()
    terminal.hang_up()
    until(lambda: not os.path.exists(f"/proc/{pid}"), "it still runs without a terminal")
    terminal = opened()
    try:
        reviewing(terminal, "HARPERF")
        terminal.keys("e")
        text = terminal.wait("save|unsaved|typing|y")
        if "Kept when" not in text:
            terminal.type("y")
            terminal.keys("Enter")
        terminal.wait("Kept when the window closed")
    finally:
        terminal.close()


def idle_lock():
    with open("clinic/guichet.conf", "a", encoding="utf-8") as conf:
        conf.write("\n[session]\nidle_seconds=10\n")
    terminal = opened()
    try:
        reviewing(terminal, "HARPERG")
        terminal.keys("e")
        terminal.wait("save")
        terminal.keys("C-End")
        terminal.type("Typed before the lock")
        terminal.wait("Typed before the lock")
        text = terminal.wait("is locked")
        assert "HARPER" not in text and "Typed before" not in text
        terminal.type(PASSWORDS["ines"])
        terminal.keys("Enter")
        terminal.wait("Typed before the lock")
    finally:
        terminal.close()


@closing
def any_size(terminal):
    for columns, rows in ((20, 5), (200, 60), (40, 10), (3, 2), (80, 24)):
        terminal.resize(columns, rows)
        time.sleep(0.1)
    terminal.wait("HARPERB")
    reviewing(terminal)
    terminal.resize(120, 36)
    terminal.wait("What brings you in today")
    terminal.resize(80, 24)
    terminal.wait("sign")


def monochrome():
    """A vt100 in a locale without UTF-8: no colour, no byte beyond ASCII."""
    terminal = opened(80, 24, "ines", "", {"TERM": "vt100", "LC_ALL": "C"})
    try:
        reviewing(terminal)
        styled = terminal.tmux("capture-pane", "-p", "-e", "-t", terminal.name)
        assert not re.search("\x1b\\[[0-9;]*(3[0-7]|4[0-7]|9[0-7])m", styled), "colours on a vt100"
        assert all(ord(letter) < 128 for letter in terminal.text()), terminal.text()
    finally:
        terminal.close()


def linear():
    terminal = opened(80, 24, "ines", "--linear")
    try:
        reviewing(terminal)
        assert not re.search("[\u2500-\u257f]", terminal.text()), terminal.text()
    finally:
        terminal.close()


def login_shell():
    terminal = Terminal(f"'{GUICHET}' login-shell", 80, 24,
                        {"LC_ALL": "C.UTF-8", "GUICHET_CLINIC": "clinic", "SSH_ORIGINAL_COMMAND": "'touch escaped'", "SHELL": "/bin/sh",
                         "EDITOR": "'touch escaped'", "VISUAL": "'touch escaped'", "PAGER": "'touch escaped'"})
    try:
        terminal.wait("(?i)name|user|login")
        terminal.type("ines")
        terminal.keys("Enter")
        terminal.type(PASSWORDS["ines"])
        terminal.keys("Enter")
        terminal.wait("HARPER")
        terminal.keys("C-z")
        terminal.wait("no background")
        terminal.keys("!", ":", "|", "v", "C-\\", "C-c")
        terminal.wait("HARPER")
        reviewing(terminal)
        terminal.keys("e")
        terminal.wait("save")
        terminal.keys("C-z", "C-o", "C-t", "C-\\")
        terminal.wait("save")
        assert not os.path.exists("escaped")
    finally:
        terminal.close()


def no_terminal():
    run = subprocess.run([GUICHET, "--clinic", "clinic"], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    assert run.returncode not in (0, 1, -6, -11) and "terminal" in run.stderr, (run.returncode, run.stderr)


def wrong_password():
    terminal = Terminal(f"'{GUICHET}' --clinic clinic", 80, 24, {"LC_ALL": "C.UTF-8"})
    try:
        terminal.wait("(?i)name|user|login")
        terminal.type("ines")
        terminal.keys("Enter")
        terminal.type("not the password")
        terminal.keys("Enter")
        text = terminal.wait("unknown user or wrong password")
        assert "HARPER" not in text and "not the password" not in text
    finally:
        terminal.close()
    terminal = opened()
    try:
        terminal.wait("1 wrong password since your last login")
    finally:
        terminal.close()


set_up()
cases = Cases()
cases.run("from the queue to the outbox, and back within the minute", whole_way)
cases.run("a clean draft is signed with three keys and the password", few_keys)
cases.run("Enter never confirms", enter_never_confirms)
cases.run("a key that does nothing says why", says_why)
cases.run("what arrives moves no selection", arrivals_move_nothing)
cases.run("two people cannot edit one item", two_people)
cases.run("2 kB pasted into every screen do nothing, where the terminal brackets pastes", pastes, True)
cases.run("2 kB pasted into every screen do nothing, where it does not", pastes, False)
for name in ("SIGHUP", "SIGTERM", "SIGKILL"):
    cases.run(f"typed words outlive {name}, and the terminal is as it was", typed_words_outlive, getattr(signal, name))
cases.run("typed words outlive the window", closed_window)
cases.run("any size will do", any_size)
cases.run("a vt100 without colours or UTF-8 is enough", monochrome)
cases.run("the linear mode draws no boxes", linear)
cases.run("a login shell has no way out", login_shell)
cases.run("without a terminal it says so", no_terminal)
cases.run("a wrong password shows nothing, and is told the next time", wrong_password)
cases.run("the idle lock blanks the screen and keeps the work", idle_lock)
cases.end()
