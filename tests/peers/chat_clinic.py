"""A clinic whose drafts come from a chat service: many at once, called off, stopped, down, and elsewhere without a
contract.  TAP."""
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time

from chat_faults import SLACK, certificate
from chat_server import Server

sys.path.insert(0, os.path.join(os.environ["abs_top_srcdir"], "tests"))
from place import place  # noqa: E402

GUICHET = os.environ["GUICHET_BIN"]
FALLBACK = "builtin (fallback)"
n = 0


def ok(good, what, told=""):
    global n
    n += 1
    print(f"{'ok' if good else 'not ok'} {n} - {what}", flush=True)
    if not good:
        print("# " + str(told).replace("\n", "\n# "), flush=True)


def in_time(took, most, what):
    """Within so many milliseconds.  That it comes at all must hold with sanitizers too; how soon is of the build without."""
    ok(took < (most if SLACK == 1 else 9999), what, took)


def write(path, text, mode=os.O_TRUNC):
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | mode, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def environment(user="senior"):
    return {**os.environ, "GUICHET_CLINIC": "clinic", "GUICHET_USER": user, "GUICHET_PASSWORD_FILE": user + ".pass"}


def guichet(*args, user="senior", fine=True):
    env = environment(user)
    run = subprocess.run([GUICHET, *args], env=env, capture_output=True, text=True)
    if fine and run.returncode != 0:
        sys.exit(f"Bail out! guichet {args[0]} {args[1]}: {run.stderr.strip()}")
    return run.stdout


def settings(url, more=""):
    write("clinic/guichet.conf", f"[outbox]\nundo_seconds=0\n[worker]\nlease_seconds=6\n"
          f"[engine]\nkind=chat\nurl={url}\nseconds={20 * SLACK}\n{more}")


batch = 0


def visits(count):
    """New ones, each with a sore throat."""
    global batch
    batch += 1
    with open("visits.jsonl", "w", encoding="utf-8") as file:
        for i in range(count):
            said = [("doctor", "What brings you in today?"),
                    ("patient", f"I have had a sore throat for {i + 2} days."),
                    ("doctor", "Take ibuprofen 400 mg three times a day with food.")]
            file.write(json.dumps({"id": f"{batch}-{i}", "patient": {"family": f"Name{batch}", "given": f"Given{i}",
                                                                     "birth": "1970-01-01", "record": f"R{batch}-{i}"},
                                   "language": "en", "dialogue": [{"speaker": s, "text": t} for s, t in said]}) + "\n")
    guichet("visit", "import", "--consent-by", "patient", "--consent-how", "spoken", "--consent-words", "Yes.",
            "--all-party", "visits.jsonl")


def items(state):
    return [row["id"] for row in json.loads(guichet("queue", "--limit", "state:" + state, "--json"))]


def show(item):
    return json.loads(guichet("item", "show", item, "--json"))


def engines(state="ready"):
    lines = guichet("item", "show", "--limit", "state:" + state, "--json").splitlines()
    return [json.loads(line)["draft"]["engine"]["name"] for line in lines]


def worker(*more):
    return subprocess.Popen([GUICHET, "worker", *more, "--clinic", "clinic"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            text=True)


def once():
    began = time.monotonic()
    run = worker("--once")
    _, told = run.communicate(timeout=120 * SLACK)
    if run.returncode != 0:
        sys.exit(f"Bail out! the worker: {told}")
    return time.monotonic() - began


def wait(until, seconds=20 * SLACK):
    end = time.monotonic() + seconds
    while not until() and time.monotonic() < end:
        time.sleep(0.01)
    return until()


def clear():
    guichet("item", "reject", "--limit", "state:ready,drafting", "--reason", "other", "--words", "over", fine=False)


def many(server):
    settings(server.url("steady"))
    visits(10)
    once()
    ok(engines() == ["chat"] * 10, "ten visits are drafted by the service", engines())
    ok(server.most == 4, f"{server.most} of them at once, as many as the settings allow", server.most)
    clear()


def called_off(server):
    settings(server.url("slow"), "at_once=2\n")
    visits(1)
    run = worker()
    ok(wait(lambda: server.count("slow") == 1), "a long draft is under way")
    item = items("drafting")[0]
    time.sleep(7)  # longer than the lease: it is renewed
    ok(server.count("slow") == 1 and not server.left, "it is nobody else's meanwhile", server.count("slow"))
    guichet("item", "reject", item, "--reason", "other", "--words", "not needed")
    said = time.monotonic()
    wait(lambda: server.left, 5 * SLACK)
    took = (server.left[0] - said) * 1000 if server.left else 9999
    in_time(took, 100, f"rejected: the transfer is gone {took:.0f} ms after the command came back")
    visits(1)
    ok(wait(lambda: server.count("slow") == 2), "the next one is under way")
    said = time.monotonic()
    run.send_signal(signal.SIGTERM)
    run.communicate(timeout=20 * SLACK)
    wait(lambda: len(server.left) == 2, 5 * SLACK)
    took = (server.left[1] - said) * 1000 if len(server.left) == 2 else 9999
    ok(run.returncode == 0, "the worker ends well", run.returncode)
    in_time(took, 400, f"stopped: the transfer is gone {took:.0f} ms after the signal")
    settings(server.url("good"))
    once()
    ok(engines() == ["chat"], "its draft is made by the next worker, at once", engines())
    clear()


def down(server):
    settings(server.url("loading"), "at_once=3\n")
    visits(12)
    took = once()
    made = engines()
    ok(made == [FALLBACK] * 12, "the service is down: the builtin engine drafts all", made)
    ok(server.count("loading") <= 4, f"and asked {server.count('loading')} times, not twelve")
    ok(took < 15 * SLACK, f"without waiting ({took:.1f} s)")
    row = show(items("ready")[0])
    words = [f["message"] for f in row["findings"] if f["kind"] == "engine"]
    ok(len(words) == 1 and "loading its model" in words[0], "each item says so", row["findings"])
    clear()


def obedient(server):
    settings(server.url("obedient"))
    visits(1)
    once()
    ok(len(items("ready")) == 1 and not items("signed") and not items("sending"),
       "a model that would sign has nothing signed")
    clear()


def own_address():
    """An address of this host that is not loopback; nothing is sent to find it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
            return probe.getsockname()[0]
        except OSError:
            return None


def contract():
    address = own_address()
    paths = certificate(".", "away", address) if address and not address.startswith("127.") else None
    if paths is None:
        return ok(True, "contract # SKIP needs an address beside loopback, and openssl")
    away = Server(address, paths)
    settings(away.url("good"), f"ca_file={os.path.abspath(paths[0])}\n")
    visits(2)
    once()
    ok(away.accepted == 0 and away.received == 0, "no contract: no connection, not one byte")
    ok(engines() == [FALLBACK] * 2, "the builtin engine drafts")
    words = [f["message"] for f in show(items("ready")[0])["findings"] if f["kind"] == "engine"]
    ok(words and "contract" in words[0], "and the item says that there is no contract", words)
    clear()
    guichet("contract", "add", "BAA-1", "--kind", "baa", "--party", "Models Inc", "--covers", address,
            "--class", "record", "--jurisdiction", "FR", "--from", "2020-01-01", "--until", "2099-01-01", user="admin")
    visits(1)
    once()
    ok(away.accepted == 0, "a contract that does not cover what was said in a visit: not one byte")
    clear()
    guichet("contract", "add", "BAA-2", "--kind", "baa", "--party", "Models Inc", "--covers", address,
            "--class", "visit", "--jurisdiction", "FR", "--from", "2020-01-01", "--until", "2099-01-01", user="admin")
    visits(1)
    once()
    ok(engines() == ["chat"] and away.count("good") == 1, "with one that does, it is asked", engines())
    clear()


def styles(server):
    """What one patient's note teaches holds nothing of that patient, wherever it goes."""
    canaries = ["Zyxwvut", "Springfield", "warfarin", "1970", "37", "diabetes", "bakery"]
    settings(server.url("good"))
    visits(1)
    once()
    item = items("ready")[0]
    text = show(item)["text"] + ("\nRisks and benefits were discussed and understood. Zyxwvut of Springfield, born 1970, was "
                                 "seen today for diabetes.\nThe patient was advised to return to room 37 if the bakery or warfarin "
                                 "is a concern.\n")
    write("edited.txt", text)
    guichet("item", "edit", item, "--file", "edited.txt")
    for n, finding in enumerate(show(item)["findings"], 1):
        if finding["severity"] == "block":  # a drug that nobody named
            guichet("item", "override", item, "--finding", str(n), "--words", "A test of what is kept.")
    guichet("item", "sign", "--read", item)
    kept = json.loads(guichet("style", "list", "--json"))
    told = json.dumps([row["phrase"] for row in kept])  # an id may hold any digits
    ok(any("Risks and benefits were discussed" in row["phrase"] for row in kept), "a signed text gives examples", told)
    ok(not any(c in told for c in canaries), "no fact of the patient is kept in them", told)
    before = len(server.requests)
    visits(1)
    once()
    asked = json.dumps([a for _, a in server.requests[before:]])
    ok("Risks and benefits were discussed" in asked and not any(c in asked for c in canaries),
       "the next patient's draft is asked for in that manner, with no fact of the last", asked[:1500])
    bad = subprocess.run([GUICHET, "style", "edit", kept[0]["id"], "--text", "Zyxwvut was seen and examined today."],
                         env=environment(), capture_output=True, text=True)
    ok(bad.returncode == 65 and "Zyxwvut" not in bad.stderr, "an edit may bring no fact in", bad.stderr)
    guichet("style", "edit", kept[0]["id"], "--text", "We discussed the risks and the benefits.")
    ok("We discussed the risks" in guichet("style", "show", kept[0]["id"]), "an example is edited")
    ok(not json.loads(guichet("style", "list", "--json", user="other")), "nobody else has them")
    ok(json.loads(guichet("style", "erase", "--all", "--json"))["erased"] == len(kept)
       and guichet("style", "list", "--json").strip() == "[]", "and erased")
    clear()


def doctor():
    """Its lines by check, and whether all is well."""
    run = subprocess.run([GUICHET, "doctor", "--clinic", "clinic", "--json"], capture_output=True, text=True)
    value = json.loads(run.stdout)
    rows = {}
    for row in value["checks"]:
        rows.setdefault(row["check"], []).append((row["verdict"], row["words"]))
    return rows, value["well"] and run.returncode == 0, run.returncode


def doctors(server):
    settings(server.url("good"), "model=stand-in\n")
    rows, well, _ = doctor()
    ok(well and any("stand-in (s1) answered in" in words for _, words in rows["chat service"]),
       "doctor: what answers, with which model, how fast", rows)
    ok(set(rows) >= {"folder", "settings", "keys", "disk", "inbox", "anchors", "work", "contracts", "builtin engine"},
       "doctor: looks at everything", rows)
    settings(server.url("good"), "model=other\n")
    rows, well, _ = doctor()
    ok(well and rows["chat service"][0][0] == "warn" and "other" in rows["chat service"][0][1],
       "doctor: a model that the service does not have", rows)
    settings(server.url("loading"))
    rows, well, code = doctor()
    ok(not well and code == 78 and "loading its model" in rows["chat service"][-1][1], "doctor: a service that is down", rows)
    settings("https://192.0.2.1/v1")
    rows, well, _ = doctor()
    ok(not well and "contract" in rows["chat service"][0][1], "doctor: a service elsewhere without a contract", rows)
    settings(server.url("good"))
    os.chmod("clinic/keys.db", 0o644)
    rows, well, _ = doctor()
    ok(not well and "chmod" in rows["folder"][0][1], "doctor: a file that others can read", rows)
    os.chmod("clinic/keys.db", 0o600)
    write("clinic/guichet.conf", "[engine]\nkind=\n", os.O_TRUNC)
    rows, well, _ = doctor()
    ok(not well and rows["settings"][0][0] == "bad", "doctor: a setting that cannot be", rows)
    settings(server.url("good"))
    text = subprocess.run([GUICHET, "doctor", "--clinic", "clinic"], capture_output=True, text=True).stdout
    ok("Name1" not in text and text.count("\n") >= 9, "doctor: one line each, no patient", text)


def main():
    place("clinic", "Chat", "admin:admin", "senior:senior", "other:clinician")
    server = Server()
    many(server)
    called_off(server)
    down(server)
    obedient(server)
    styles(server)
    contract()
    doctors(server)
    guichet("audit", "verify", user="admin")
    ok(True, "the audit chain is whole")
    print(f"1..{n}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        main()
