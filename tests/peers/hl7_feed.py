"""A hospital's interface engine: sends ADT and SIU over MLLP to `guichet worker`, and looks at the answers.

    hl7_feed.py GUICHET FOLDER        prints TAP"""
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time

guichet, folder = sys.argv[1:3]
clinic = os.environ["GUICHET_CLINIC"]
cases = 0
ROUNDS = 12


def verdict(name, good, note=""):
    global cases
    cases += 1
    print(("ok" if good else "not ok"), cases, "-", name, flush=True)
    if not good and note:
        print("#", str(note)[:600].replace("\n", "\n# "), flush=True)


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


port = free_port()
with open(os.path.join(clinic, "guichet.conf"), "w", encoding="utf-8") as f:
    f.write(f"[clinic]\nname=Port Clinic\n[hl7]\nlisten=mllp://127.0.0.1:{port}\nauthority=HOSP\n")


class Worker:
    def __init__(self):
        self.log = open(os.path.join(folder, "worker.log"), "ab")
        self.process = subprocess.Popen([guichet, "worker"], stdout=self.log, stderr=self.log)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
                self.rest = b""
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.02)
        sys.exit("Bail out! the worker does not listen: " + open(self.log.name, encoding="utf-8").read())

    def say(self, text):
        self.socket.sendall(b"\x0b" + text.encode() + b"\x1c\x0d")

    def hear(self):
        while b"\x1c\x0d" not in self.rest:
            more = self.socket.recv(65536)
            if not more:
                return None
            self.rest += more
        frame, self.rest = self.rest.split(b"\x1c\x0d", 1)
        return {line.split("|")[0]: line.split("|") for line in frame.lstrip(b"\x0b").decode().split("\r") if line}

    def ask(self, text):
        self.say(text)
        return self.hear()

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.socket.close()

    def stop(self):
        self.socket.close()
        self.process.terminate()
        return self.process.wait(timeout=60)


serial = 0


def msh(kind, more=""):
    global serial
    serial += 1
    return f"MSH|^~\\&|HIS|HOSP|GUICHET|CLINIC|2100030108{serial // 60 % 60:02}{serial % 60:02}||{kind}|C{serial}|P|2.5{more}\r"


def pid(record, name="Canary^Ann", birth="19700101"):
    return f"PID|1||{record}^^^HOSP^MR||{name}||{birth}|F\r"


def sch(key, day, hour=9):
    return f"SCH||{key}|||||ROUTINE|Follow-up|||^^^210003{day:02}{hour:02}0000^210003{day:02}{hour:02}3000|||||||||||||BOOKED\r"


def is_answer(answer, code, control):
    return answer is not None and answer["MSA"][1] == code and answer["MSA"][2] == control


def told(*command):
    return json.loads(subprocess.run([guichet, *command, "--json"], capture_output=True, check=True).stdout)


def doctor():
    said = subprocess.run([guichet, "doctor", "--json"], capture_output=True, text=True, check=False).stdout
    return [row for row in json.loads(said)["checks"] if row["check"] == "HL7 listener"]


def booked():
    rows = told("calendar", "list")
    return sorted((r["start"][:16], r["state"]) for r in rows)


worker = Worker()
answer = worker.ask(msh("ADT^A04") + pid("H1"))
verdict("a new patient is answered with AA", is_answer(answer, "AA", f"C{serial}"), answer)
verdict("by us to whom it came from", answer["MSH"][2] == "GUICHET" and answer["MSH"][4] == "HIS", answer)
found = told("patient", "search", "canary")
verdict("and is there", len(found) == 1, found)
answer = worker.ask(msh("SIU^S12^SIU_S12", "|||AL|AL") + sch("F1", 10) + pid("H1"))
second = worker.hear()
verdict("enhanced mode: a commit, then an application acknowledgement",
        is_answer(answer, "CA", f"C{serial}") and is_answer(second, "AA", f"C{serial}"), (answer, second))
verdict("an appointment is there", [state for _, state in booked()] == ["booked"], booked())
answer = worker.ask(msh("ORU^R01") + pid("H1"))
verdict("a message of another kind is refused", is_answer(answer, "AR", f"C{serial}"), answer)
answer = worker.ask(msh("ADT^A08") + f"PID|1||H1^^^HOSP^MR||Canary^{'Ann' * 100}||19700101\r")
verdict("one that cannot be kept is an error", is_answer(answer, "AE", f"C{serial}"), answer)
verdict("whose words do not quote it", "Canary" not in str(answer) and "AnnAnn" not in str(answer), answer)
answer = worker.ask("this is no message")
verdict("garbage is refused, and credited to nothing", answer is not None and answer["MSA"][1] == "AR", answer)
answer = worker.ask(msh("ADT^A08") + "PID|1||X9^^^ELSEWHERE^MR||Canary^Ann||19700101\r")
verdict("another authority's number is none of ours", is_answer(answer, "AE", f"C{serial}"), answer)
answer = worker.ask(msh("SIU^S15^SIU_S12") + sch("F1", 10) + pid("H1"))
verdict("a cancelled appointment", is_answer(answer, "AA", f"C{serial}") and [s for _, s in booked()] in ([], ["cancelled"]),
        booked())

# Killed at random moments: what was answered is there; what was not is sent again, and is there once.
random.seed(7)
answered = 0
for n in range(ROUNDS):
    message = msh("SIU^S12^SIU_S12") + sch(f"K{n}", 11 + n) + pid(f"K{n}", f"Canary^Round{n}")
    worker.say(message)
    if n % 2 == 0:  # after the answer; else at some moment before or after it
        verdict(f"round {n}: answered", is_answer(worker.hear(), "AA", f"C{serial}"))
    else:
        time.sleep(random.uniform(0, 0.02))
    worker.kill()
    worker = Worker()
    if n % 2 == 0:
        rows = booked()
        verdict(f"round {n}: what was answered is there", ("2100-03-%02d" % (11 + n)) in str(rows), rows)
    else:
        verdict(f"round {n}: sent again", is_answer(worker.ask(message), "AA", f"C{serial}"))
days = [start[:10] for start, state in booked() if state == "booked"]
verdict("each is there once", days == [f"2100-03-{11 + n}" for n in range(ROUNDS)], days)
found = told("patient", "search", "canary")
verdict("and each patient once", len(found) == ROUNDS + 1, len(found))
worker.ask("this is no message")
rows = doctor()
verdict("doctor finds who listens", rows[0]["verdict"] == "good" and "listens at" in rows[0]["words"], rows)
verdict("the worker ends well", worker.stop() == 0)
rows = doctor()
verdict("and that nobody does any more", rows[0]["verdict"] == "bad", rows)
verdict("and what was refused last, in numbers", rows[1]["verdict"] == "warn" and rows[1]["refused"] == 1
        and "was refused" in rows[1]["words"], rows)
log = open(os.path.join(folder, "worker.log"), encoding="utf-8").read()
verdict("no patient in its log", "Canary" not in log and "1970" not in log, log)
verify = subprocess.run([guichet, "audit", "verify"], capture_output=True, text=True, check=False)
verdict("the chain holds", verify.returncode == 0, verify.stderr)
print(f"1..{cases}")
