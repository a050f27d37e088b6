"""Kills the worker with SIGKILL, GUICHET_KILLS times (60), while it drafts and while it sends.  Then no
item may be lost, none delivered twice, and what was delivered must be what was signed, byte for byte."""
import base64
import collections
import json
import os
import random
import subprocess
import sys
import time

sys.path.insert(0, os.path.join(os.environ["abs_top_srcdir"], "tests"))
from place import place  # noqa: E402

GUICHET = os.environ["GUICHET_BIN"]
KILLS = int(os.environ.get("GUICHET_KILLS", "60"))
LEASE = 5  # seconds: the least that may be set
BATCH = 250
random.seed(int(os.environ.get("GUICHET_SEED", time.time_ns() % 1000000007)))


def write(path, text):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def environment(user):
    return {**os.environ, "GUICHET_CLINIC": "clinic", "GUICHET_USER": user, "GUICHET_PASSWORD_FILE": user + ".pass"}


def guichet(*args, user="senior"):
    env = environment(user)
    run = subprocess.run([GUICHET, *args], env=env, capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"Bail out! guichet {args[0]} {args[1]}: {run.stderr.strip()}")
    return run.stdout


def set_up():
    place("clinic", "Kill", "admin:admin", "senior:senior")
    write("clinic/guichet.conf", f"[outbox]\nundo_seconds=0\n[worker]\nlease_seconds={LEASE}\n")


def visits(batch):
    """The demo's visits, again and again, as new ones."""
    with open(os.path.join(os.environ["abs_top_srcdir"], "share/demo/visits.jsonl"), encoding="utf-8") as file:
        known = [json.loads(line) for line in file]
    with open("visits.jsonl", "w", encoding="utf-8") as file:
        for n in range(BATCH):
            visit = known[n % len(known)]
            row = {k: visit[k] for k in ("patient", "kind", "language", "dialogue")}
            file.write(json.dumps({**row, "id": f"kill-{batch}-{n}"}) + "\n")
    guichet("visit", "import", "--consent-by", "patient", "--consent-how", "spoken", "--consent-words", "Yes.",
            "--all-party", "visits.jsonl")


def counts():
    """How many items stand in each state."""
    return json.loads(guichet("queue", "--counts", "--json"))


def work(after):
    """One worker; killed after so many seconds (None: never).  Whether it was."""
    worker = subprocess.Popen([GUICHET, "worker", "--once", "--clinic", "clinic"], stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, text=True)
    try:
        _, told = worker.communicate(timeout=after)
        if worker.returncode != 0:
            sys.exit(f"Bail out! the worker ended with {worker.returncode}: {told.strip()}")
        return False
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.communicate()
        return True


def idle_seconds():
    """How long a worker takes that has nothing to do."""
    took = []
    for _ in range(5):
        began = time.monotonic()
        work(None)
        took.append(time.monotonic() - began)
    return sorted(took)[2]


def harass(idle, most):
    """Workers killed around the moment where they begin to do something, until nothing is left to do."""
    killed = 0
    while killed < most:
        if not work(idle * random.uniform(0.5, 1.6)):
            break
        killed += 1
    return killed


def settle(moving):
    """Lets the leases of the dead end and the last worker finish, until nothing is in these states."""
    for _ in range(8):
        time.sleep(LEASE + 0.2)
        work(None)
        now = counts()
        if sum(now[state] for state in moving) == 0:
            return


cases = 0


def verdict(name, holds, told=""):
    global cases
    cases += 1
    print(f"{'ok' if holds else 'not ok'} {cases} - {name}" + (f"\n# {told}" if told else ""), flush=True)


def bundles():
    """The text of each note that arrived, and the names of all files."""
    texts = []
    names = sorted(n for n in os.listdir("clinic/ehr") if n != ".guichet")
    for name in names:
        with open(os.path.join("clinic/ehr", name), encoding="utf-8") as file:
            entries = [e["resource"] for e in json.load(file)["entry"]]
        for entry in entries:
            if entry["resourceType"] == "DocumentReference":
                texts.append(base64.b64decode(entry["content"][0]["attachment"]["data"]).decode())
    return texts, names


set_up()
idle = idle_seconds()
killed = {"drafting": 0, "sending": 0}
batches = 0
while sum(killed.values()) < KILLS:
    visits(batches)
    batches += 1
    share = max(1, (KILLS - sum(killed.values()) + 1) // 2)
    killed["drafting"] += harass(idle, share)
    settle(("drafting",))
    guichet("item", "sign", "--read", "--limit", "state:ready,escalated")
    killed["sending"] += harass(idle, max(1, min(share, KILLS - sum(killed.values()))))
    settle(("signed", "sending"))

total = batches * BATCH
told = f"{killed['drafting']} kills while drafting, {killed['sending']} while sending, {total} visits"
verdict("the worker is killed as often as was asked", sum(killed.values()) >= KILLS, told)
open_items = json.loads(guichet("queue", "--json", "--most", "100000"))
doubtful = [i for i in open_items if i["state"] == "ambiguous"]
shown = [json.loads(line) for line in
         guichet("item", "show", "--json", "--limit", "state:delivered,ambiguous").splitlines()]
verdict("no item is lost", len(shown) == total, f"{len(shown)} of {total}; in all: {counts()}")
texts, names = bundles()
halves = [n for n in os.listdir("clinic/ehr/.guichet") if not n.endswith(".sent")]
verdict("none is delivered twice, and no half file is left",
        len(names) == len(set(names)) and len(texts) == len(names) and len(texts) <= total
        and len(texts) >= total - len(doubtful) and not halves,
        f"{len(texts)} documents, {len(doubtful)} in doubt, halves left: {halves}")
signed = collections.Counter(i["text"] for i in shown)
verdict("what was delivered is what was signed", not collections.Counter(texts) - signed)
guichet("audit", "verify")
verdict("the audit chain is whole", True)
print(f"1..{cases}")
