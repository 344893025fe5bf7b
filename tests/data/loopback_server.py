"""A server on 127.0.0.1 that misbehaves on request, for the tests of downloads.

  python3 tests/data/loopback_server.py FILE LOG [CERTIFICATE KEY]

Prints its port and its process id, then serves the content of FILE under /BEHAVIOUR/any/name: the
behaviours are the methods below, several in a row for one request after the other ("cut+whole").
LOG gets a line a request: path and Range. With a certificate it speaks TLS.
"""

import http.server
import os
import re
import ssl
import sys
import time

FILE, LOG = sys.argv[1:3]
requests_of = {}


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.content = open(FILE, "rb").read()
        asked = self.headers.get("Range", "")
        with open(LOG, "a") as log:
            log.write(f"{self.path} {asked}\n")
        self.first = int(re.fullmatch(r"bytes=(\d+)-", asked)[1]) if asked else 0
        count = requests_of[self.path] = requests_of.get(self.path, 0) + 1
        behaviours = self.path.split("/")[1].split("+")
        self.close_connection = True
        getattr(self, behaviours[min(count, len(behaviours)) - 1])()

    def head(self, status=200, length=None, **headers):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def rest(self):
        """Sends the response header of the requested range; returns its body."""
        body = self.content[self.first:]
        if self.first > len(self.content):
            self.status(416)
            return b""
        if self.first:
            size = len(self.content)
            self.head(206, len(body), Content_Range=f"bytes {self.first}-{size - 1}/{size}")
        else:
            self.head(200, len(body))
        return body

    def status(self, status):
        page = b"<html>no file but a page</html>"
        self.head(status, len(page))
        self.wfile.write(page)

    # ---- behaviours ----------------------------------------------------------------------------

    def whole(self):
        self.wfile.write(self.rest())

    def cut(self):
        body = self.rest()
        self.wfile.write(body[: len(body) // 2])

    def slow(self):
        body = self.rest()
        for start in range(0, len(body), 1000):
            self.wfile.write(body[start:start + 1000])
            time.sleep(0.02)

    def stall(self):
        body = self.rest()
        self.wfile.write(body[: len(body) // 2])
        time.sleep(20)

    def silent(self):
        time.sleep(20)

    def whole_without_range(self):
        self.head(200, len(self.content))
        self.wfile.write(self.content)

    def cut_without_range(self):
        self.head(200, len(self.content))
        self.wfile.write(self.content[: len(self.content) // 2])

    def cut_without_length(self):
        self.head(200)
        self.wfile.write(self.content[: len(self.content) // 2])

    def shorter(self):
        self.head(200, len(self.content) - 1)
        self.wfile.write(self.content[:-1])

    def longer(self):
        self.head(200, len(self.content) + 1)
        self.wfile.write(self.content + b"x")

    def longer_without_length(self):
        self.head(200)
        self.wfile.write(self.content + b"x")

    def empty(self):
        self.head(200, 0)

    def wrong(self):
        self.content = self.content[::-1]
        self.whole()

    def cut_wrong(self):
        self.content = self.content[::-1]
        self.cut()

    def other_part(self):
        size = len(self.content)
        self.head(206, size, Content_Range=f"bytes 0-{size - 1}/{size}")
        self.wfile.write(self.content)

    def other_file(self):
        size, body = len(self.content) + 7, self.content[self.first:] + b"1234567"
        self.head(206, len(body), Content_Range=f"bytes {self.first}-{size - 1}/{size}")
        self.wfile.write(body)

    def status404(self):
        self.status(404)

    def status416(self):
        self.status(416)

    def status500(self):
        self.status(500)

    def redirect_nowhere(self):
        self.status(302)  # without a Location

    def to_whole(self):
        self.head(302, 0, Location="/whole/moved")

    def to_file(self):
        self.head(302, 0, Location="file://" + os.path.abspath(FILE))

    def to_other_scheme(self):
        other = "http" if CERTIFICATE else "https"
        self.head(302, 0, Location=f"{other}://127.0.0.1:{self.server.server_port}/whole/x")

    def to_itself(self):
        self.head(302, 0, Location=self.path)

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, client_address):
        pass  # the tests include clients that close the connection


CERTIFICATE = sys.argv[3:]
server = Server(("127.0.0.1", 0), Handler)
if CERTIFICATE:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*CERTIFICATE)
    server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_port, os.getpid(), flush=True)
server.serve_forever()
