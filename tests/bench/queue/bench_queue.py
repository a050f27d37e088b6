#!/usr/bin/python3
"""The queue in a real pseudo-terminal: guichet on many items and on few, beside a bare curses list over
the same table, neomutt and tig where they are installed.  All in one run, in turns; medians of the rounds.

    bench_queue.py PTYLAT GUICHET BARE_LIST MAKE_CLINIC STRETCH FOLDER

GUICHET_BENCH_ITEMS (1000000), GUICHET_BENCH_ROUNDS (5); clinics stay in FOLDER for the next run."""
import json
import mailbox
import os
import shutil
import statistics
import subprocess
import sys

ITEMS = int(os.environ.get("GUICHET_BENCH_ITEMS", "1000000"))
ROUNDS = int(os.environ.get("GUICHET_BENCH_ROUNDS", "5"))
FEW = 1000
MAILS, COMMITS = 10000, 100000
PASSWORD = "k7fe-93mq-x2vu-8dtw"
ptylat, guichet, bare, make_clinic, stretch, folder = sys.argv[1:7]
# Down past the first page, so that both kinds of step count: in the page, and scrolling.
KEYS = "j*120 k*20 j*20"


def measured(command, *options, env=None):
    out = subprocess.run(["/usr/bin/python3", ptylat, "--cols", "120", "--rows", "36", *options, "--", *command],
                         env={**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **(env or {})},
                         capture_output=True, text=True, check=False)
    if out.returncode != 0:
        sys.exit(f"bench_queue: {command[0]}: {out.stderr.strip()}")
    return json.loads(out.stdout.splitlines()[-1])


def clinic(n):
    path = os.path.join(folder, f"clinic-{n}")
    if not os.path.exists(os.path.join(path, "made")):
        shutil.rmtree(path, ignore_errors=True)
        subprocess.run([make_clinic, path, str(n), PASSWORD], check=True)
        open(os.path.join(path, "made"), "w").close()
    return path


def queue(path):
    command = [guichet, "--clinic", path]
    start = measured(command, "--keys", "", "--quit", "<C-c>")
    login = measured(command, "--pre", "bench <Enter> " + PASSWORD, "--keys", "<Enter>", "--quit", "q y",
                     "--quiet", "300")
    keys = measured(command, "--pre", "bench <Enter> " + PASSWORD + " <Enter> j k", "--keys", KEYS, "--quit", "q y")
    return {"start_cpu": start["first_cpu_ms"], "paint": login["key_max_ms"],
            "p50": keys["key_p50_ms"], "p99": keys["key_p99_ms"], "bytes": keys["bytes_per_key"]}


def list_of(command, env=None, keys=KEYS):
    r = measured(command, "--keys", keys, "--quit", "q", env=env)
    return {"paint": r["first_paint_ms"], "p50": r["key_p50_ms"], "p99": r["key_p99_ms"], "bytes": r["bytes_per_key"]}


def mails():
    path = os.path.join(folder, "mails.mbox")
    if not os.path.exists(path):
        box = mailbox.mbox(path + ".tmp")
        for i in range(MAILS):
            box.add(f"From: A B <a{i % 97}@example.invalid>\nDate: Thu, 26 Nov 2026 {i % 24:02}:00:00 +0000\n"
                    f"Subject: letter {i}\nMessage-ID: <{i}@example.invalid>\n\nwords\n")
        box.flush()
        os.rename(path + ".tmp", path)
    return path


def commits():
    path = os.path.join(folder, "commits")
    if not os.path.exists(path):
        subprocess.run(["git", "init", "-q", "-b", "main", path], check=True)
        lines = []
        for i in range(COMMITS):
            lines.append(f"commit refs/heads/main\ncommitter A B <a@example.invalid> {1700000000 + i} +0000\n"
                         f"data <<E\nchange {i}\nE\n")
        subprocess.run(["git", "-C", path, "fast-import", "--quiet"], input="\n".join(lines), text=True, check=True)
    return path


def peers():
    found = {}
    if shutil.which("neomutt"):
        mbox = mails()
        found["neomutt, 10,000 mails"] = lambda: list_of(["neomutt", "-n", "-F", "/dev/null", "-R", "-f", mbox])
    if shutil.which("tig"):
        repo = commits()
        found["tig, 100,000 commits"] = lambda: list_of(["tig", "-C", repo], env={"TIGRC_USER": "/dev/null"})
    for name in ("neomutt", "tig"):
        if not shutil.which(name):
            print(f"{name}: skipped, it is not installed")
    return found


def median(rows):
    return {key: statistics.median(r[key] for r in rows) for key in rows[0] if all(r[key] is not None for r in rows)}


def verdict(what, value, mark, unit=""):
    print(f"  {what:58} {value:8.2f}{unit}   mark {mark}{unit}   {'reached' if value <= mark else 'MISSED'}")


def main():
    os.makedirs(folder, exist_ok=True)
    many, few = clinic(ITEMS), clinic(FEW)
    data = os.path.join(many, "data.db")
    runs = {f"guichet, {ITEMS:,} items": lambda: queue(many), f"guichet, {FEW:,} items": lambda: queue(few),
            "bare curses list, same table": lambda: list_of([bare, data]), **peers()}
    rows = {name: [] for name in runs}
    stretched = []
    for _ in range(ROUNDS):
        stretched.append([float(w) for w in subprocess.run([stretch], capture_output=True, text=True,
                                                           check=True).stdout.split()])
        for name, run in runs.items():
            rows[name].append(run())
    generated, chosen = (statistics.median(s[i] for s in stretched) for i in (0, 1))
    result = {name: median(r) for name, r in rows.items()}
    for name, r in result.items():
        if "start_cpu" in r:
            r["paint"] -= generated
    print(f"queue in a pty, 120x36, {ROUNDS} rounds in turns, medians; stretching a password: "
          f"{generated:.0f} ms generated, {chosen:.0f} ms chosen (taken off guichet's first paint)")
    print(f"  {'':32} {'paint ms':>9} {'key p50':>9} {'key p99':>9} {'bytes/key':>10}")
    for name, r in result.items():
        print(f"  {name:32} {r.get('paint', 0):9.2f} {r['p50']:9.2f} {r['p99']:9.2f} {r['bytes']:10.0f}")
    g, s, b = (result[n] for n in list(runs)[:3])
    verdict("first paint after login / bare list", g["paint"] / b["paint"], 3.0, "x")
    verdict("cursor key p50 / bare list", g["p50"] / b["p50"], 2.0, "x")
    verdict("cursor key p99 / bare list", g["p99"] / b["p99"], 2.0, "x")
    verdict("bytes a cursor key", g["bytes"], 120)
    verdict(f"key p50, {ITEMS:,} items / {FEW:,}", g["p50"] / s["p50"], 1.2, "x")
    verdict(f"first paint, {ITEMS:,} items / {FEW:,}", g["paint"] / s["paint"], 1.2, "x")
    verdict("start to login, CPU", g["start_cpu"], 10, " ms")
    verdict("login to queue beside the stretching", g["paint"], 20, " ms")


main()
