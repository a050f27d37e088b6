#!/usr/bin/python3
"""A submission server that fails where its plan says: smtp_faulty.py FOLDER CERT KEY OTHER-CERT OTHER-KEY.

It writes FOLDER/port (by rename) when it listens, and reads FOLDER/plan at each connection: words, one a line.
    fault STAGE DEED   at banner, ehlo, starttls, hello (the EHLO after it), auth, mail, rcpt, data, body (in the
                       middle of the message), dot, or after (its answer): drop; keep (stored, then the line is cut);
                       slow (stored, and no answer); or a reply to give, which at dot stores nothing
    only WORD          the fault is for recipients that begin so
    grey               each recipient is refused once
    old                EHLO is not known, HELO is
    pause SECONDS      before the answer to each message
    plain              no STARTTLS;  cert other;  size N;  dsn: what EHLO offers
It appends to FOLDER/accepted a line for each message that it has taken, the recipient, a SHA-256 and
the monotonic time, to FOLDER/peak how many connections there were when one came, and to
FOLDER/heard each command, but of a log-in only its name.  "T " stands before one that came by TLS."""
import asyncio
import hashlib
import os
import socket
import ssl
import sys
import time

FOLDER = sys.argv[1]


class Cut(Exception):
    pass


def note(name, line):
    with open(os.path.join(FOLDER, name), "a") as file:
        file.write(line + "\n")


def read_plan():
    plan = {}
    with open(os.path.join(FOLDER, "plan")) as file:
        for line in file:
            word, _, rest = line.strip().partition(" ")
            plan[word] = rest
    return plan


def context(cert, key):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(cert, key)
    return made


CONTEXTS = {"": context(*sys.argv[2:4]), "other": context(*sys.argv[4:6])}
GREY = set()
OPEN = set()


class Line:
    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.plan = read_plan()
        self.stage, _, self.deed = self.plan.get("fault", "").partition(" ")
        self.tls = False
        self.recipients = []

    async def say(self, text):
        self.writer.write(text.encode() + b"\r\n")
        await self.writer.drain()

    async def answer(self, stage, text):
        """What is due here, or the fault; FALSE where it was refused."""
        mine = stage == self.stage
        if mine and "only" in self.plan:
            mine = any(r.startswith(self.plan["only"]) for r in self.recipients)
        if not mine:
            await self.say(text)
            return True
        if self.deed in ("drop", "keep"):
            raise Cut
        if self.deed == "slow":
            await asyncio.sleep(60)
        await self.say(self.deed)
        if self.deed.startswith("421"):
            raise Cut
        return False

    async def hello(self, stage):
        words = ["clinic.test", "8BITMIME", "SMTPUTF8"]
        if not self.tls and "plain" not in self.plan:
            words.append("STARTTLS")
        if self.tls or "plain" in self.plan:
            words.append("AUTH PLAIN")
        if "size" in self.plan:
            words.append("SIZE " + self.plan["size"])
        if "dsn" in self.plan:
            words.append("DSN")
        lines = ["250-" + word for word in words[:-1]] + ["250 " + words[-1]]
        await self.answer(stage, "\r\n".join(lines))

    async def body(self):
        if not await self.answer("data", "354 go on"):
            return
        lines = []
        while True:
            line = await self.reader.readline()
            if not line:
                raise Cut
            if self.stage == "body":
                raise Cut
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        keep = self.stage != "dot" or self.deed in ("keep", "slow") or (
            "only" in self.plan and not self.recipients[0].startswith(self.plan["only"]))
        if keep:
            note("accepted", self.recipients[0] + " " + hashlib.sha256(b"".join(lines)).hexdigest()
                 + " %.3f" % time.monotonic())
            await asyncio.sleep(float(self.plan.get("pause", "0")))
        await self.answer("dot", "250 2.0.0 taken as Q7")
        if self.stage == "after":
            raise Cut

    async def mail(self, line):
        size = int(self.plan.get("size", "0"))
        for word in line.split():
            if size and word.upper().startswith("SIZE=") and int(word[5:]) > size:
                await self.say("552 5.3.4 the message is larger than %d bytes" % size)
                return
        if "dsn" not in self.plan and ("RET=" in line or "ENVID=" in line):
            await self.say("555 5.5.4 no such parameter")
            return
        self.recipients = []
        await self.answer("mail", "250 2.1.0 ok")

    async def rcpt(self, line):
        address = line.partition("<")[2].partition(">")[0]
        if "dsn" not in self.plan and "NOTIFY=" in line:
            await self.say("555 5.5.4 no such parameter")
            return
        self.recipients.append(address)
        if "grey" in self.plan and address not in GREY:
            GREY.add(address)
            await self.say("451 4.7.1 greylisted, come back later")
            return
        await self.answer("rcpt", "250 2.1.5 ok")

    async def starttls(self):
        if not await self.answer("starttls", "220 go on"):
            return
        await self.writer.start_tls(CONTEXTS[self.plan.get("cert", "")])
        self.tls = True

    async def command(self, line):
        verb = line.split()[0].upper() if line.split() else ""
        note("heard", ("T " if self.tls else "P ") + ("AUTH" if verb == "AUTH" else line))
        if verb == "EHLO" and "old" in self.plan:
            await self.say("500 5.5.1 what is EHLO")
        elif verb in ("EHLO", "HELO"):
            await self.hello("hello" if self.tls else "ehlo")
        elif verb == "STARTTLS":
            await self.starttls()
        elif verb == "AUTH":
            if len(line.split()) < 3:
                await self.say("334 ")
                await self.reader.readline()
            await self.answer("auth", "235 2.7.0 welcome")
        elif verb == "MAIL":
            await self.mail(line)
        elif verb == "RCPT":
            await self.rcpt(line)
        elif verb == "DATA":
            await self.body()
        elif verb == "QUIT":
            await self.say("221 bye")
            return False
        else:
            await self.say("250 ok")
        return True

    async def run(self):
        if not await self.answer("banner", "220 clinic.test ESMTP"):
            return
        while True:
            line = await self.reader.readline()
            if not line:
                return
            if not await self.command(line.decode("utf-8", "replace").strip()):
                return


async def serve(reader, writer):
    OPEN.add(writer)
    note("peak", str(len(OPEN)))
    try:
        await Line(reader, writer).run()
    except Cut:
        writer.transport.abort()
    except (OSError, ssl.SSLError):
        pass
    finally:
        OPEN.discard(writer)
        writer.close()


async def main():
    # A small window: of a message that is cut in the middle the sender cannot have sent the end.
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
    listening.bind(("127.0.0.1", 0))
    server = await asyncio.start_server(serve, sock=listening)
    port = server.sockets[0].getsockname()[1]
    with open(os.path.join(FOLDER, "port.new"), "w") as file:
        file.write(str(port))
    os.rename(os.path.join(FOLDER, "port.new"), os.path.join(FOLDER, "port"))
    await server.serve_forever()


asyncio.run(main())
