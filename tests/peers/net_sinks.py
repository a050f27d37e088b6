#!/usr/bin/python3
"""Three receivers that lose the line at any step: net_sinks.py FOLDER CHANCE SEED.

A mail server, an HL7 receiver (MLLP) and a FHIR server with conditional creates and transactions, all on 127.0.0.1.
CHANCE is the probability at each step that the connection is cut there; a FOLDER/calm file ends that.  It writes
FOLDER/smtp, FOLDER/mllp and FOLDER/fhir (by rename), the ports, and appends to FOLDER/accepted a line for all that it
has taken: "smtp RECIPIENT", "mllp MSH-10", "fhir IDENTIFIER" of each DocumentReference that it stored."""
import json
import os
import random
import re
import socketserver
import sys
import threading
import urllib.parse

FOLDER, CHANCE = sys.argv[1], float(sys.argv[2])
random.seed(int(sys.argv[3]))
LOCK = threading.Lock()
STORE = {}  # (type, id) -> resource
KNOWN = {}  # (type, system|value) -> id


class Cut(Exception):
    pass


def may_cut():
    if random.random() < CHANCE and not os.path.exists(os.path.join(FOLDER, "calm")):
        raise Cut


def accept(word):
    with LOCK, open(os.path.join(FOLDER, "accepted"), "a", encoding="utf-8") as file:
        file.write(word + "\n")
        file.flush()


class Peer(socketserver.StreamRequestHandler):
    timeout = 30

    def handle(self):
        try:
            self.talk()
        except (Cut, OSError, ValueError):
            pass

    def say(self, text):
        may_cut()
        self.wfile.write(text.encode())


class Smtp(Peer):
    def talk(self):
        self.say("220 sink\r\n")
        recipient = ""
        while line := self.rfile.readline(65536).decode(errors="replace"):
            verb = line[:4].upper().strip()
            if verb in ("EHLO", "HELO"):
                self.say("250-sink\r\n250-8BITMIME\r\n250 SIZE 20000000\r\n")
            elif verb == "RCPT":
                recipient = re.search("<([^>]*)>", line).group(1)
                self.say("250 ok\r\n")
            elif verb == "DATA":
                self.say("354 go on\r\n")
                while (row := self.rfile.readline(65536)) != b".\r\n":
                    if not row:
                        return
                may_cut()
                accept("smtp " + recipient)
                self.say("250 taken\r\n")
            elif verb == "QUIT":
                self.say("221 bye\r\n")
                return
            else:
                self.say("250 ok\r\n")


class Mllp(Peer):
    def talk(self):
        buffer = b""
        while more := self.request.recv(65536):
            buffer += more
            may_cut()
            while b"\x1c\r" in buffer:
                frame, buffer = buffer.split(b"\x1c\r", 1)
                head = frame.lstrip(b"\x0b").decode().split("\r")[0].split("|")
                may_cut()
                accept("mllp " + head[9])
                answer = f"MSH|^~\\&|SINK|S|GUICHET|C|20260101||ACK|A{head[9]}|P|2.5\rMSA|AA|{head[9]}\r"
                self.say("\x0b" + answer + "\x1c\r")


def identifiers(resource):
    known = resource.get("identifier", [])
    return [f"{i.get('system', '')}|{i['value']}" for i in (known if isinstance(known, list) else [known])]


def create(resource):
    """Once for each identifier: its id, and whether it is new."""
    kind = resource["resourceType"]
    with LOCK:
        for one in identifiers(resource):
            if (kind, one) in KNOWN:
                return KNOWN[kind, one], False
        made = str(len(STORE) + 1)
        STORE[kind, made] = {**resource, "id": made, "meta": {**resource.get("meta", {}), "versionId": "1"}}
        for one in identifiers(resource):
            KNOWN[kind, one] = made
    if kind == "DocumentReference":
        accept("fhir " + identifiers(resource)[0].split("|")[1])
    return made, True


def search(kind, query):
    wanted = urllib.parse.parse_qs(query).get("identifier", [""])[0]
    with LOCK:
        found = [r for (k, _), r in STORE.items() if k == kind and wanted in identifiers(r)]
    return {"resourceType": "Bundle", "type": "searchset", "total": len(found),
            "entry": [{"resource": r, "search": {"mode": "match"}} for r in found]}


def transaction(bundle):
    answers = []
    for entry in bundle["entry"]:
        made, new = create(entry["resource"])
        kind = entry["resource"]["resourceType"]
        answers.append({"response": {"status": "201 Created" if new else "200 OK",
                                     "location": f"{kind}/{made}/_history/1", "etag": 'W/"1"'}})
    return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}


CAPABILITIES = {"resourceType": "CapabilityStatement", "status": "active", "kind": "instance", "fhirVersion": "4.0.1",
                "format": ["json"], "date": "2026-01-01",
                "rest": [{"mode": "server", "interaction": [{"code": "transaction"}], "resource": [
                    {"type": t, "conditionalCreate": True,
                     "interaction": [{"code": c} for c in ("create", "read", "search-type")]}
                    for t in ("Patient", "Encounter", "Practitioner", "Device", "DocumentReference", "Composition",
                              "Condition", "MedicationStatement", "AllergyIntolerance", "Observation",
                              "ServiceRequest", "CarePlan", "Provenance")]}]}


class Fhir(Peer):
    def talk(self):
        while line := self.rfile.readline(65536).decode():
            method, path = line.split(" ")[:2]
            length = 0
            while (row := self.rfile.readline(65536).decode().strip()) != "":
                name, _, value = row.partition(":")
                length = int(value) if name.lower() == "content-length" else length
                if name.lower() == "expect":
                    self.say("HTTP/1.1 100 Continue\r\n\r\n")
            may_cut()
            body = self.rfile.read(length)
            may_cut()
            status, answer = self.answer(method, urllib.parse.urlsplit(path), body)
            text = json.dumps(answer)
            self.say(f"HTTP/1.1 {status}\r\nContent-Type: application/fhir+json\r\nETag: W/\"1\"\r\n"
                     f"Content-Length: {len(text.encode())}\r\n\r\n{text}")

    def answer(self, method, url, body):
        parts = [p for p in url.path.split("/") if p][1:]
        if parts == ["metadata"]:
            return "200 OK", CAPABILITIES
        if method == "POST" and not parts:
            return "200 OK", transaction(json.loads(body))
        if method == "POST":
            made, new = create(json.loads(body))
            return ("201 Created" if new else "200 OK"), STORE[parts[0], made]
        if len(parts) == 1:
            return "200 OK", search(parts[0], url.query)
        found = STORE.get((parts[0], parts[1]))
        return ("200 OK", found) if found else ("404 Not Found", {"resourceType": "OperationOutcome", "issue": []})


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64


for name, handler in (("smtp", Smtp), ("mllp", Mllp), ("fhir", Fhir)):
    server = Server(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    path = os.path.join(FOLDER, name)
    with open(path + ".new", "w", encoding="utf-8") as out:
        out.write(str(server.server_address[1]))
    os.rename(path + ".new", path)
threading.Event().wait()
