"""A web calendar on loopback: serves a file with its ETag, and the ways in which such servers fail.

  calendar_web.py FILE PORT_FILE LOG    until its standard input ends
"""
import hashlib
import http.server
import os
import sys
import threading
import time

path, port_file, log = sys.argv[1:4]
STATUS = {'/moved': 302, '/login': 401, '/forbidden': 403, '/nowhere': 404, '/gone': 410, '/wait': 429, '/trouble': 503}


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, *words):
        pass

    def say(self, status):
        with open(log, 'a') as out:
            out.write('%s %s %d\n' % (self.path, self.headers.get('If-None-Match', '-'), status))

    def do_GET(self):
        body = open(path, 'rb').read()
        etag = '"%s"' % hashlib.sha256(body).hexdigest()[:16]
        if self.path == '/held.ics':
            self.say(102)
            while not os.path.exists('release'):
                time.sleep(0.02)
        # me:a secret
        if self.path == '/auth.ics' and self.headers.get('Authorization') != 'Basic bWU6YSBzZWNyZXQ=':
            return self.refuse(401)
        if self.path in STATUS:
            return self.refuse(STATUS[self.path])
        if self.path.endswith('c.ics') and self.headers.get('If-None-Match') == etag:
            return self.refuse(304)
        self.say(200)
        self.send_response(200)
        self.send_header('Content-Type', 'text/calendar')
        if self.path == '/page':
            body = b'<html><body>Please log in</body></html>'
        if self.path != '/short.ics':
            self.send_header('Content-Length', str(len(body)))
        self.send_header('ETag', 'bad\x01"' if self.path == '/oddtag.ics' else etag)
        self.end_headers()
        self.wfile.write(body[:len(body) // 2] if self.path in ('/cut.ics', '/short.ics') else body)
        self.close_connection = True

    def refuse(self, status):
        self.say(status)
        self.send_response(status)
        if status == 302:
            self.send_header('Location', 'http://127.0.0.1:9/elsewhere.ics')
        if status != 304:
            self.send_header('Content-Length', '0')
        self.end_headers()


server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
with open(port_file + '.new', 'w') as out:
    out.write(str(server.server_port))
os.rename(port_file + '.new', port_file)
sys.stdin.read()
