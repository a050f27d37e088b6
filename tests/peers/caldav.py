"""The other side of CalDAV.

  caldav.py do METHOD URL [FILE]              one request as anna, to a real server; prints the status
  caldav.py serve FOLDER PORT_FILE LOG        a small server of its own, without sync-collection, that fails in
                                              the ways of its paths, until its standard input ends
"""
import base64
import hashlib
import http.server
import os
import re
import sys
import threading
import urllib.error
import urllib.parse
import urllib.request
from xml.sax.saxutils import escape

HEAD = '<?xml version="1.0"?>\n'
OPEN = '<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav">'
BOMB = ('<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">' + ''.join(
    '<!ENTITY %s "%s">' % (chr(98 + i), ('&%s;' % chr(97 + i)) * 10) for i in range(9)) + ']>')


def do(method, url, path=None):
    body = open(path, 'rb').read() if path else None
    request = urllib.request.Request(url, data=body, method=method, headers={
        'Authorization': 'Basic ' + base64.b64encode(b'anna:s3cret').decode(), 'Content-Type': 'text/calendar'})
    try:
        with urllib.request.urlopen(request) as answer:
            print(answer.status)
    except urllib.error.HTTPError as error:
        print(error.code)


def response(href, props, status='200 OK'):
    return ('<d:response><d:href>%s</d:href><d:propstat><d:prop>%s</d:prop><d:status>HTTP/1.1 %s</d:status>'
            '</d:propstat></d:response>' % (escape(href), props, status))


def resources(folder, base):
    for name in sorted(os.listdir(folder)):
        body = open(os.path.join(folder, name), encoding='utf-8', newline='').read()
        yield base + urllib.parse.quote(name), '"%s"' % hashlib.sha256(body.encode()).hexdigest()[:12], body


# Where a server without a calendar at its address sends us: (path, Depth) → properties of resources.
KINDS = '<c:supported-calendar-component-set>%s</c:supported-calendar-component-set>'
CALENDAR = '<d:resourcetype><d:collection/><c:calendar/></d:resourcetype>'
WAYS = {
    '/dav/': [('/dav/', '<d:current-user-principal><d:href>me/</d:href></d:current-user-principal>')],
    '/dav/me/': [('/dav/me/', '<c:calendar-home-set><d:href>/home/</d:href></c:calendar-home-set>')],
    '/home/': [('/home/', '<d:resourcetype><d:collection/></d:resourcetype>'),
               ('/ok/', CALENDAR + '<d:displayname>Visits</d:displayname>' + KINDS % '<c:comp name="VEVENT"/>'),
               ('/tasks/', CALENDAR + KINDS % '<c:comp name="VTODO"/>')],
    '/away/': [('/away/', '<d:current-user-principal><d:href>http://127.0.0.2:1/me/</d:href></d:current-user-principal>')],
    '/many/': [('/many/', '<c:calendar-home-set><d:href>/two/</d:href></c:calendar-home-set>')],
    '/two/': [('/ok/', CALENDAR + '<d:displayname>Visits</d:displayname>'), ('/work/', CALENDAR)],
}
MOVED = {'/.well-known/caldav': '/dav/', '/loop/': '/loop/', '/abroad/': 'http://127.0.0.2:1/dav/'}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def log_message(self, *words):
        pass

    def answer(self, status, body=''):
        bytes_ = body.encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/xml; charset=utf-8')
        self.send_header('Content-Length', str(len(bytes_)))
        if status == 301:
            self.send_header('Location', MOVED[self.path])
        self.end_headers()
        self.wfile.write(bytes_)

    def asked(self):
        body = self.rfile.read(int(self.headers.get('Content-Length', 0))).decode()
        with open(sys.argv[4], 'a') as out:
            out.write('%s %s %s %d\n' % (self.command, self.path, re.search(r'<[dc]:([a-z-]+)', body).group(1),
                                         body.count('<d:href>')))
        return body

    def do_PROPFIND(self):
        self.asked()
        if self.path == '/':
            return self.answer(404)
        if self.path in MOVED:
            return self.answer(301)
        if self.path in WAYS:
            return self.answer(207, HEAD + OPEN + ''.join(response(*one) for one in WAYS[self.path]) + '</d:multistatus>')
        kind = '' if self.path == '/plain/' else '<c:calendar/>'
        if self.path == '/bomb/':
            return self.answer(207, HEAD + BOMB + OPEN + '<d:response><d:href>&j;</d:href></d:response></d:multistatus>')
        if self.path == '/deep/':
            return self.answer(207, HEAD + OPEN + '<x>' * 10000 + '</x>' * 10000 + '</d:multistatus>')
        if self.path == '/page/':
            return self.answer(207, '<html><body>Please log in</body></html>')
        self.answer(207, HEAD + OPEN + response(
            self.path, '<d:resourcetype><d:collection/>%s</d:resourcetype>' % kind) + '</d:multistatus>')

    def do_REPORT(self):
        body = self.asked()
        if 'sync-collection' in body:
            return self.answer(501)
        hrefs = re.findall('<d:href>(.*?)</d:href>', body)
        out = []
        for href, etag, text in resources(sys.argv[2], self.path):
            etag = '<d:getetag>%s</d:getetag>' % escape(etag)
            if 'calendar-query' in body:
                out.append(response(href, etag))
            elif href in hrefs and not (self.path == '/miss/' and href.endswith('b.ics')):
                # as others do: the whole address, and an error beside the answer
                out.append(response('http://127.0.0.1' + href, etag + '<c:calendar-data>%s</c:calendar-data>' % escape(text)))
        whole = HEAD + OPEN + ''.join(out) + '</d:multistatus>'
        self.answer(207, whole[:len(whole) * 2 // 3] if self.path == '/cut/' else whole)


if sys.argv[1] == 'do':
    do(*sys.argv[2:])
else:
    server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with open(sys.argv[3] + '.new', 'w') as port:
        port.write(str(server.server_port))
    os.rename(sys.argv[3] + '.new', sys.argv[3])
    sys.stdin.read()
