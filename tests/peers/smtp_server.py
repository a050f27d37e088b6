#!/usr/bin/python3
"""A submission server with faults, by aiosmtpd: smtp_server.py FOLDER CERT KEY.

Writes FOLDER/port (by rename) when it listens.  STARTTLS and a log-in are required.  What it stores it
appends to FOLDER/stored, a line a message: the recipient and the SHA-256 of its bytes; the bytes go to
FOLDER/LOCALPART.eml.  The local part of a recipient says what goes wrong: CODE-rcpt, CODE-data, drop-rcpt,
drop-data (stored, then cut: the lost answer), cut-data (cut, not stored), slow-data."""
import asyncio
import hashlib
import os
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult

DROP = "DROP"


class Server(SMTP):
    async def push(self, status):
        if status == DROP or status == DROP.encode():
            self.transport.abort()
            raise asyncio.CancelledError
        await super().push(status)


class Handler:
    def __init__(self, folder):
        self.folder = folder

    async def handle_RCPT(self, server, session, envelope, address, options):
        word = address.split("@")[0]
        if word == "drop-rcpt":
            return DROP
        if word.endswith("-rcpt"):
            return word[:3] + " 4.7.1 refused for the test"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        word = envelope.rcpt_tos[0].split("@")[0]
        if word == "cut-data":
            return DROP
        if word.endswith("-data") and word[:3].isdigit():
            return word[:3] + " 5.7.1 refused for the test"
        if word == "slow-data":
            await asyncio.sleep(30)
        with open(os.path.join(self.folder, "stored"), "a") as stored:
            digest = hashlib.sha256(envelope.original_content).hexdigest()
            stored.write(envelope.rcpt_tos[0] + " " + digest + "\n")
        with open(os.path.join(self.folder, word + ".eml"), "wb") as mail:
            mail.write(envelope.original_content)
        return DROP if word == "drop-data" else "250 2.0.0 queued as T1"


def auth(server, session, envelope, mechanism, data):
    good = (data.login, data.password) == (b"outbox", b"s3cret")
    return AuthResult(success=good, handled=False, auth_data=data)


async def main(folder, cert, key):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(cert, key)
    loop = asyncio.get_running_loop()

    def make():
        return Server(Handler(folder), tls_context=tls, require_starttls=True, authenticator=auth,
                      auth_required=True, auth_require_tls=True, enable_SMTPUTF8=True, loop=loop)

    server = await loop.create_server(make, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with open(os.path.join(folder, "port.new"), "w") as file:
        file.write(str(port))
    os.rename(os.path.join(folder, "port.new"), os.path.join(folder, "port"))
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:4]))
