"""A program in a real terminal: tmux on a socket of its own.  Nothing here sleeps for a while and hopes: it
waits for what must come."""
import atexit
import os
import re
import signal
import subprocess
import sys
import time

QUIET = 0.2  # seconds; a little more than UI_DECODER_QUIET
WAIT = float(os.environ.get("GUICHET_TEST_WAIT", "30"))


class Missing(Exception):
    """What was waited for did not come."""


class Terminal:
    count = 0

    def __init__(self, command, columns=80, rows=24, env=None):
        Terminal.count += 1
        self.typed, self.typing = 0.0, False
        self.name = f"t{Terminal.count}"
        words = [f"{k}={v}" for k, v in (env or {}).items()]
        self.tmux("-f", "/dev/null", "new-session", "-d", "-s", self.name, "-x", str(columns), "-y", str(rows),
                  "tty=$(stty -g); env " + " ".join(words) + " " + command + "; status=$?; "
                  "[ \"$tty\" = \"$(stty -g)\" ] && echo over:$status:as it was || echo over:$status:changed; cat")
        self.tmux("set-option", "-t", self.name, "status", "off")
        if Terminal.count == 1:
            # A server that goes with its last session may go just as the next one asks for it.
            self.tmux("set-option", "-s", "exit-empty", "off")
            atexit.register(self.tmux, "kill-server", check=False)

    def tmux(self, *args, check=True):
        run = subprocess.run(["tmux", "-L", "guichet-test", *args], capture_output=True, text=True)
        if check and run.returncode != 0:
            raise Missing(f"tmux {args[0]}: {run.stderr}")
        return run.stdout

    def text(self):
        return self.tmux("capture-pane", "-p", "-t", self.name)

    def wait(self, pattern, gone=False):
        """Until the pattern is shown (or is `gone`); the screen's text."""
        end = time.monotonic() + WAIT
        while True:
            text = self.text()
            if bool(re.search(pattern, text)) != gone:
                return text
            if time.monotonic() > end:
                raise Missing(f"{'still shown' if gone else 'not shown'}: {pattern}\n{text}")
            time.sleep(0.02)

    def keys(self, *names):
        """One key after the other, as a person types: each in a read of its own.  What was typed may come in one read
        on a busy host, and all but its Enter that follows within UI_DECODER_QUIET counts as pasted too: so long a
        person takes for the next command."""
        for name in names:
            ends = name == "Enter" and self.typing
            if not ends:
                time.sleep(max(0.0, self.typed + QUIET - time.monotonic()))
            self.tmux("send-keys", "-t", self.name, name)
            self.typed, self.typing = time.monotonic() if ends else self.typed, False
            time.sleep(0.01)

    def type(self, text):
        for letter in text:
            self.tmux("send-keys", "-t", self.name, "-l", letter)
        self.typed, self.typing = time.monotonic(), True

    def paste(self, text, bracketed):
        with open("paste.txt", "w", encoding="utf-8") as file:
            file.write(text)
        self.tmux("load-buffer", "-b", "paste", "paste.txt")
        self.tmux("paste-buffer", "-b", "paste", "-t", self.name, *(["-p"] if bracketed else []))

    def resize(self, columns, rows):
        self.tmux("resize-window", "-t", self.name, "-x", str(columns), "-y", str(rows))

    def running(self, program="guichet"):
        """The program's own process, below the terminal's shell; None."""
        shell = self.tmux("display-message", "-p", "-t", self.name, "#{pane_pid}", check=False).strip()
        for child in subprocess.run(["pgrep", "-P", shell or "0"], capture_output=True, text=True).stdout.split():
            try:
                with open(f"/proc/{child}/comm", encoding="utf-8") as comm:
                    if comm.read().strip() == program:
                        return int(child)
            except OSError:
                pass  # it has just ended
        return None

    def pid(self):
        end = time.monotonic() + WAIT
        while time.monotonic() < end:
            found = self.running()
            if found is not None:
                return found
        raise Missing("no guichet runs")

    def hang_up(self):
        """The terminal goes away, whatever runs in it."""
        self.tmux("kill-session", "-t", self.name, check=False)

    def close(self):
        """The program ends first: a terminal that hangs up sends SIGCONT, which takes away the stop that the leak
        checker of a program about to leave waits for; it would wait for ever, with a whole core."""
        pid = self.running()
        end = time.monotonic() + WAIT
        try:
            if pid is not None:
                os.kill(pid, signal.SIGTERM)
            while pid is not None and os.path.exists(f"/proc/{pid}"):
                if time.monotonic() > end:
                    os.kill(pid, signal.SIGKILL)
                time.sleep(0.02)
        except ProcessLookupError:
            pass
        self.hang_up()


class Cases:
    """Test cases, told as TAP."""

    def __init__(self):
        self.n = 0

    def run(self, name, function, *args):
        self.n += 1
        try:
            function(*args)
            print(f"ok {self.n} - {name}", flush=True)
        except (Missing, AssertionError) as why:
            print(f"not ok {self.n} - {name}")
            print("\n".join("# " + line for line in str(why).splitlines()[:60]), flush=True)

    def end(self):
        print(f"1..{self.n}")
        sys.stdout.flush()
