"""guichet figures: the counts that a manager reads hold after an undo, a kill in the middle of signing, an amendment,
and in a clinic of the schema before."""
import json
import os
import random
import re
import sqlite3
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ["abs_top_srcdir"], "tests"))
from place import place  # noqa: E402

GUICHET = os.environ["GUICHET_BIN"]
VISITS = 24
FIGURES = ("raised", "found", "gone", "overridden", "open", "dropped")
cases = 0


def verdict(name, holds, told=""):
    global cases
    cases += 1
    print(f"{'ok' if holds else 'not ok'} {cases} - {name}" + (f"\n# {told}" if told and not holds else ""), flush=True)


def environment(user, **more):
    return {**os.environ, "LANGUAGE": "en", "GUICHET_CLINIC": "clinic", "GUICHET_USER": user,
            "GUICHET_PASSWORD_FILE": user + ".pass", **more}


def run(*args, user="senior", text=None, **more):
    return subprocess.run([GUICHET, *args], env=environment(user, **more), input=text, capture_output=True, text=True,
                          check=False)


def guichet(*args, user="senior", text=None):
    done = run(*args, user=user, text=text)
    if done.returncode != 0:
        sys.exit(f"Bail out! guichet {' '.join(args[:2])}: {done.stderr.strip()}")
    return done.stdout


def figures(*args):
    return json.loads(guichet("figures", "--json", *args, user="boss"))


def add_up(read):
    """Each row of findings; and those of the engines are the same ones."""
    rows = read["findings"] + [e["findings"] for e in read["engines"]]
    whole = all(r["raised"] + r["found"] == sum(r[f] for f in FIGURES[2:]) for r in rows)
    return whole and all(sum(r[f] for r in read["findings"]) == sum(e["findings"][f] for e in read["engines"])
                         for f in FIGURES)


def queue(limit):
    return [json.loads(guichet("item", "show", i["id"], "--json"))
            for i in json.loads(guichet("queue", "--json", "--limit", limit))]


def states():
    return json.loads(guichet("queue", "--counts", "--json"))


def visits():
    with open("visits.jsonl", "w", encoding="utf-8") as file:
        for i in range(VISITS):
            file.write(json.dumps({
                "id": f"v{i}", "patient": {"family": f"Canaryname{chr(65 + i % 26)}{chr(97 + i // 26)}", "given": "Nora",
                                           "birth": "1968-04-12", "record": f"D{i}"},
                "dialogue": [
                    {"speaker": "doctor", "text": "What brings you in today?"},
                    {"speaker": "patient", "text": f"I have had a sore throat and a cough for {i + 3} days."},
                    {"speaker": "doctor", "text": "Any fever?"}, {"speaker": "patient", "text": "No, no fever."},
                    {"speaker": "doctor", "text": "Take ibuprofen 400 mg three times a day with food."}]}) + "\n")
    guichet("visit", "import", "--consent-by", "patient", "--consent-how", "spoken", "--consent-words", "Yes.",
            "--all-party", "visits.jsonl")
    guichet("worker", "--once")


def before_figures():
    """The database as the schema before knew it: what this one added is not there."""
    folder = os.path.join(os.environ["abs_top_srcdir"], "share/sql/sqlite/data")
    tables = []
    for name in sorted(os.listdir(folder)):
        if int(name[:4]) >= 13:
            with open(os.path.join(folder, name), encoding="utf-8") as file:
                tables += re.findall(r"CREATE TABLE (\w+)", file.read())
    with sqlite3.connect("clinic/data.db") as db:
        for table in tables:
            db.execute(f"DROP TABLE {table}")
        db.execute("DELETE FROM schema_migration WHERE number >= 13")
        left = {r[0] for r in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    db.close()
    return not left & set(tables)


place("clinic", "Port Clinic", "admin:admin", "senior:senior:Dr Canarytitle", "boss:manager", "desk:front-desk",
      "privacy:privacy")
with open("clinic/guichet.conf", "a", encoding="utf-8") as conf:
    conf.write("[outbox]\nundo_seconds=600\n")
visits()
ready = [i["id"] for i in json.loads(guichet("queue", "--json", "--limit", "state:ready"))]
first = figures()
verdict("at first nothing is counted", first["signed"]["total"] == 0 and first["first"] is None
        and first["median_wait_seconds"] is None and first["findings"] == [] and first["queue"]["ready"] == VISITS,
        str(first))

# One with a statement that nobody said, overridden; one edited; one rejected; one as it was drafted.
a, b, c, d = ready[:4]
text = json.loads(guichet("item", "show", a, "--json"))["text"]
guichet("item", "edit", a, text=text + "Her neighbour owns a yellow boat.\n")
guichet("item", "override", a, "--finding", "1", "--words", "she told me outside")
guichet("item", "edit", b, text=text.split("\n", 1)[0] + "\nThe patient reports a cough.\n")
shown = {i: json.loads(guichet("item", "show", i, "--json"))["findings"] for i in (a, b, d)}
for i in (b, d):
    for n, f in enumerate(shown[i], 1):
        if f["severity"] == "block":
            guichet("item", "override", i, "--finding", str(n), "--words", "seen and right")
guichet("item", "sign", a, b, d)
guichet("item", "reject", c, "--reason", "invented")
read = figures()
verdict("signed and rejected are counted by sort", read["signed"] == {"total": 3, "as_drafted": 1, "edited": 2, "written": 0}
        and read["rejected"] == {"total": 1, "invented": 1}, str(read))
mine = [f for f in read["findings"] if f["found"]]
verdict("what an edit brought in and was overridden is counted as both",
        sum(f["found"] for f in mine) >= 1 and sum(f["overridden"] for f in read["findings"]) >= 1, str(read))
verdict("each finding is counted once with what became of it", add_up(read), str(read))
verdict("the engine has its share", [e["engine"] for e in read["engines"]] == ["builtin"]
        and read["engines"][0]["signed"]["total"] == 3 and read["engines"][0]["rejected"] == 1, str(read))
verdict("the wait is told", isinstance(read["median_wait_seconds"], int) and read["median_wait_seconds"] < 600)
guichet("item", "undo", a)
guichet("item", "restore", c)
less = figures()
verdict("what is undone is counted no more", less["signed"]["total"] == 2 and less["rejected"] == {"total": 0}
        and add_up(less), str(less))
guichet("item", "sign", a)
guichet("item", "reject", c, "--reason", "invented")
verdict("and once when it is done again", figures() == {**read, "median_wait_seconds": figures()["median_wait_seconds"]})

plain = guichet("figures", user="boss")
verdict("a manager reads it, with the name of nobody",
        "Signed" in plain and "invented content" in plain and not re.search("canary|senior|boss", plain, re.I), plain)
refused = run("figures", user="desk")
verdict("the front desk does not", refused.returncode == 77 and not refused.stdout, refused.stderr)
wrong = run("figures", "--from", "2026-12-02", "--to", "2026-12-01", user="boss")
verdict("days the wrong way round are refused", wrong.returncode == 64 and "comes after" in wrong.stderr, wrong.stderr)
old = figures("--from", "2001-01-01", "--to", "2001-12-31")
verdict("other days have nothing of it", old["signed"]["total"] == 0 and old["findings"] == [])

# Killed while it signs: each item is signed and counted, or neither.
rest = ready[4:]
cut = 0
random.seed(7)
began = time.monotonic()
subprocess.run([GUICHET, "item", "show", rest[0]], env=environment("senior"), capture_output=True, check=True)
start = time.monotonic() - began
while cut < 5:
    left = [i["id"] for i in json.loads(guichet("queue", "--json", "--limit", "state:ready,reviewing")) if i["id"] in rest]
    if not left:
        break
    signing = subprocess.Popen([GUICHET, "item", "sign", *left], env=environment("senior"), stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
    try:
        signing.wait(start * random.uniform(0.9, 1.4))
    except subprocess.TimeoutExpired:
        signing.kill()
        signing.wait()
        cut += 1
read, now = figures(), states()
verdict("killed while it signs, it counts what it signed", read["signed"]["total"] == now["signed"] and add_up(read),
        f"{cut} kills; {read['signed']}; {now}")
print(f"# {cut} kills while signing, {now['signed']} signed")

# The schema before: what was signed then is not counted, and its undo takes nothing away.
verdict("a clinic of the schema before is made", before_figures())
again = figures()
verdict("it is brought up to date, and begins to count", again["signed"]["total"] == 0 and again["first"] is None)
guichet("item", "undo", a, b)
none = figures()
verdict("an undo of what was signed before takes nothing away", none["signed"]["total"] == 0
        and none["findings"] == [] and add_up(none), str(none))
guichet("item", "sign", a)
one = figures()
verdict("what is signed now is counted", one["signed"]["total"] == 1 and add_up(one), str(one))

# What was delivered, and is corrected by a person: no engine's.
with open("clinic/guichet.conf", "a", encoding="utf-8") as conf:
    conf.write("undo_seconds=0\n")
guichet("item", "undo", a)
guichet("item", "sign", a)
guichet("worker", "--once")
made = guichet("item", "amend", a, "--reason", "the boat was green").split()[0]
for n, f in enumerate(json.loads(guichet("item", "show", made, "--json"))["findings"], 1):
    if f["override"] is None and f["severity"] == "block":
        guichet("item", "override", made, "--finding", str(n), "--words", "as before")
unread = run("item", "sign", made)
verdict("a statement that nothing carries is not signed unread", unread.returncode == 77 and "--read" in unread.stderr
        and states()["signed"] == now["signed"] - 2, unread.stderr)
guichet("item", "sign", "--read", made)
trail = guichet("audit", "list", "--most", "100000", user="privacy")
verdict("that somebody said to have read it is on record", "said to be read: 1" in trail)
amended = figures()
verdict("an amendment is counted beside what it amends", amended["signed"]["total"] == 2
        and amended["signed"]["written"] == 1 and amended["engines"][-1]["engine"] is None and add_up(amended),
        str(amended))
guichet("audit", "verify", user="senior")
verdict("the audit chain is whole", True)
print(f"1..{cases}")
