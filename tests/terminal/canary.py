"""One day in a clinic where every name, address, spoken word and password is a canary.  Afterwards none of
them may be found in the databases, their logs, the keys, the backups, the folders for temporary files, a core
file, nor in anything that a command said where it was not asked for it."""
import base64
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time

GUICHET = os.environ["GUICHET_BIN"]
PASSWORD = "Quorvexil passwort 77"
# Each is looked for whole: none is a word that the program could know.
NAMES = {"family": "Zyxquorvane", "given": "Brizzelda", "record": "QX77431Z", "phone": "0555777313",
         "mail": "brizzelda.zyxq@example.invalid", "birth": "1931-07-19"}
WORDS = ["glimfrost", "vorpaxin"]
CANARIES = [*(v for k, v in NAMES.items() if k != "birth"), "555777313", *WORDS, PASSWORD]
TMP = os.path.abspath("tmp")
HOME = os.path.abspath("home")
os.makedirs(TMP)
os.makedirs(HOME)
ENV = {**os.environ, "TMPDIR": TMP, "TMP": TMP, "HOME": HOME, "XDG_DATA_HOME": HOME + "/data", "XDG_CACHE_HOME": HOME +
       "/cache", "XDG_STATE_HOME": HOME + "/state", "GUICHET_CLINIC": "clinic", "TERM": "xterm-256color", "LINES": "36",
       "COLUMNS": "120", "G_MESSAGES_DEBUG": "all", "GUICHET_DEBUG": "1", "GUICHET_PASSWORD_FILE": "secret/pass"}
cases = 0
said = []  # what was said where nobody asked for a patient's data: (command, text)


def verdict(name, offences):
    global cases
    cases += 1
    print(f"{'not ok' if offences else 'ok'} {cases} - {name}", flush=True)
    for line in offences[:20]:
        print("#", line)


def guichet(*args, user="dr", answer=None, asked=False, status=None, env=None):
    """Runs a command; `asked`: its output may speak of patients (never its errors)."""
    run = subprocess.run([GUICHET, *args], env={**ENV, "GUICHET_USER": user, **(env or {})}, input=answer,
                         capture_output=True, text=True)
    said.append((" ".join(args[:2]), run.stderr + ("" if asked else run.stdout)))
    if status is None and run.returncode != 0 or status is False and run.returncode == 0:
        sys.exit(f"Bail out! guichet {' '.join(args[:2])}: {run.returncode} {run.stderr}")
    return run.stdout


def visit(n, **more):
    words = f"I have had {WORDS[0]} in my chest for {n + 2} days. I take {WORDS[1]} 20 mg daily. No fever."
    return {"id": f"{NAMES['record']}-{n}", "patient": NAMES, "kind": "primary-care", "language": "en",
            "consent": {"by": NAMES["given"], "how": "spoken", "words": f"Yes, says {NAMES['given']}", "all_party": True,
                        "given": True, "at": "2026-01-05T09:00:00Z"},
            "dialogue": [{"speaker": "doctor", "text": f"Good morning {NAMES['given']}, what brings you in?"},
                         {"speaker": "patient", "text": words},
                         {"speaker": "doctor", "text": "Your lungs are clear. I will order a chest x-ray."}], **more}


def write(path, *rows):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        for row in rows:
            file.write((row if isinstance(row, str) else json.dumps(row)) + "\n")


def set_up():
    write("secret/pass", PASSWORD)
    guichet("init", "--admin", "admin", "--name", "Port Clinic", user="admin")
    with open("clinic/guichet.conf", "a", encoding="utf-8") as conf:
        conf.write("[outbox]\nundo_seconds=0\n[worker]\nlease_seconds=5\n")
    guichet("user", "add", "dr", "--role", "senior", "--title", "Dr Martin", user="admin",
            env={"GUICHET_NEW_PASSWORD_FILE": "secret/pass"})


def morning():
    """Visits come in, well and badly; drafts are read, changed, refused, signed, sent."""
    write("in/day.jsonl", *(visit(n) for n in range(6)))
    write("in/bad.jsonl", {**visit(7), "dialogue": NAMES["family"]}, visit(8, patient={"family": NAMES["family"]}),
          '{"patient": "' + NAMES["family"], visit(9, kind=WORDS[0]))
    write("in/said.txt", f"{NAMES['family']}: I have {WORDS[0]}.")
    guichet("visit", "import", "in/day.jsonl")
    guichet("visit", "import", "in/bad.jsonl", status=False)
    guichet("visit", "import", "in/said.txt", status=False)
    write("clinic/inbox/more.jsonl", visit(10))
    os.utime("clinic/inbox/more.jsonl", (1, 1))
    guichet("worker", "--once")
    ids = [i["id"] for i in json.loads(guichet("queue", "--json", asked=True))]
    text = json.loads(guichet("item", "show", "--json", ids[0], asked=True))["text"]
    guichet("item", "edit", ids[0], answer=text + f"\nNo {WORDS[0]} since.")
    guichet("item", "reject", ids[1], "--reason", "other", "--words", f"{NAMES['given']} asks for none", status=0)
    guichet("item", "escalate", ids[2], "--words", f"{WORDS[0]}?", status=0)
    guichet("item", "regenerate", ids[3], status=0)
    guichet("worker", "--once")
    guichet("item", "sign", *ids[4:])
    guichet("item", "edit", ids[1], answer=WORDS[0], status=0)
    guichet("worker", "--once")
    guichet("patient", "find", NAMES["family"][:5], asked=True, status=0)
    guichet("patient", "list", NAMES["family"], asked=True, status=0)
    guichet("queue", "--limit", NAMES["family"], asked=True, status=0)
    guichet("queue", "--limit", f"nosuch:{NAMES['family']}", asked=True, status=0)


class Screen:
    """guichet in a terminal of its own."""

    def __init__(self):
        self.seen = ""
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execve(GUICHET, [GUICHET], {**ENV, "GUICHET_USER": ""})

    def read(self, until, seconds=20):
        end = time.monotonic() + seconds
        while not re.search(until, self.seen):
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                sys.exit(f"Bail out! the screen does not show {until}: {self.seen[-2000:]!r}")
            self.seen += os.read(self.fd, 65536).decode("utf-8", "replace")
        self.seen = ""

    def key(self, keys):
        os.write(self.fd, keys.encode())

    def end(self, number):
        os.kill(self.pid, number)
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)


def screens():
    """Sessions at the screen, ended in each way there is, typed words and all."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
        screen = Screen()
        screen.read("(?i)password|user|name")
        screen.key("dr\r")
        time.sleep(0.2)
        screen.key(PASSWORD + "\r")
        screen.read(NAMES["family"].upper() + "|" + NAMES["family"])
        screen.key("\r")
        screen.read(WORDS[0])
        screen.key("e")
        time.sleep(0.3)
        for _ in range(3):
            screen.key(f"{WORDS[0]} and {WORDS[1]} ")
            time.sleep(0.9)
        screen.end(number)


def evening():
    guichet("backup", "--data", "backups/data", "--keys", "backups/keys", user="admin")
    guichet("audit", "verify", user="admin")
    guichet("audit", "list", user="admin", status=0)
    guichet("audit", "list", env={"GUICHET_PASSWORD_FILE": "in/day.jsonl"}, status=False)


def forms(word):
    """A word as it is, in other cases, in UTF-16, in hex, in base64 at each of the three offsets."""
    for text in {word, word.lower(), word.upper()}:
        raw = text.encode()
        yield raw
        yield text.encode("utf-16-le")
        yield raw.hex().encode()
        for skip in range(3):
            whole = base64.b64encode(b"\0" * skip + raw)
            yield whole[(skip * 4 + 2) // 3 + (skip > 0):len(whole) - 4]


NEEDLES = [(w, f) for w in CANARIES for f in set(forms(w)) if len(f) >= 6]


def found_in(data):
    return sorted({word for word, form in NEEDLES if form in data})


def found_below(*folders, but=()):
    hits = []
    for folder in folders:
        for path, _, names in os.walk(folder):
            for name in names:
                file = os.path.join(path, name)
                if any(file.startswith(b) for b in but):
                    continue
                with open(file, "rb") as data:
                    hits += [f"{file}: {word}" for word in found_in(data.read() + name.encode())]
    return hits


set_up()
morning()
screens()
evening()
with open("in/day.jsonl", "rb") as probe:
    verdict("the search finds what is there", [] if found_in(probe.read()) else ["nothing found in the input"])
verdict("what leaves holds the words", [] if found_below("clinic/ehr") else ["nothing found in what was sent"])
verdict("no canary in the clinic's folder", found_below("clinic", but=("clinic/ehr", "clinic/mail", "clinic/inbox/refused")))
verdict("no canary in the backups", found_below("backups"))
verdict("no canary in the folders for temporary files, caches and state", found_below(TMP, HOME))
verdict("no core file", [n for n in os.listdir(".") if n.startswith("core")])
verdict("no canary in what commands say by themselves",
        [f"{command}: {word}: {text[:300]!r}" for command, text in said for word in found_in(text.encode())])
print(f"1..{cases}")
