"""What README's script must have left behind, in the folder where it ran."""
import base64
import glob
import json
import os
import sqlite3
import subprocess
import sys

failures = 0


def guichet(*args, ok=True):
    run = subprocess.run(["guichet", *args], capture_output=True, text=True)
    check(not ok or run.returncode == 0, f"{' '.join(args)}: {run.stderr.strip()}")
    return run


def check(holds, what):
    global failures
    if not holds:
        failures += 1
        if failures < 20:
            print("#", what)


def text_of(bundle):
    """The text of the one document that a Bundle brings."""
    documents = [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "DocumentReference"]
    check(len(documents) == 1, "a Bundle without its one DocumentReference")
    return base64.b64decode(documents[0]["content"][0]["attachment"]["data"]).decode()


def bundles():
    return {path: json.load(open(path, encoding="utf-8")) for path in glob.glob("clinic/ehr/*.json")}


def meddle():
    """A line of the trail taken out with the tools that anybody has."""
    with sqlite3.connect("clinic/data.db") as db:
        db.execute("PRAGMA foreign_keys=off")
        for (trigger,) in db.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f'DROP TRIGGER "{trigger}"')
        db.execute("DELETE FROM audit WHERE rowid=(SELECT max(rowid)/2 FROM audit)")


visits = [json.loads(line) for line in open("visits.jsonl", encoding="utf-8")]
waiting = json.loads(guichet("queue", "--json", "--most", "10000").stdout)
items = json.loads(guichet("queue", "--json", "--limit", "state:delivered", "--most", "10000").stdout)
check(len(items) == len(visits), f"{len(visits)} visits, {len(items)} delivered items")
for item in waiting:
    check(False, f"item {item['id']} is {item['state']}: {item['reason']}")
found = bundles()
check(len(found) == len(visits), f"{len(visits)} visits, {len(found)} Bundles")
shown = guichet("item", "show", "--json", "--limit", "state:delivered").stdout.splitlines()
signed = sorted(json.loads(line)["text"] for line in shown)
check(all(s.strip() for s in signed), "an empty note")
check(signed == sorted(text_of(b) for b in found.values()), "what was delivered is not what was signed")
guichet("worker", "--once")
check(bundles().keys() == found.keys(), "a second worker sent something")
check(not os.listdir("clinic/mail/new") if os.path.isdir("clinic/mail/new") else True, "a mail nobody asked for")
guichet("audit", "verify")
meddle()
told = guichet("audit", "verify", ok=False)
check(told.returncode != 0, "the chain did not tell of a line taken out")
sys.exit(failures > 0)
