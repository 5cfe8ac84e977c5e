"""A real terminal for tests: a tmux server of its own, on a socket in the test's folder.

    terminal = Terminal(self, columns=80, rows=24)
    terminal.run("astream levels mic:")
    terminal.wait_for("LUFS")
    terminal.keys("q")
"""

import os
import shlex
import subprocess
import time

from support.cli import TIME_SCALE, clean_env


class Terminal:
    """One window with a shell; ended with the test."""

    def __init__(self, test, columns=80, rows=24, term="tmux-256color", env=None):
        self.socket = os.path.join(test.tmp, f"tmux{id(self)}")
        self.config = os.path.join(test.tmp, "tmux.conf")
        with open(self.config, "w") as file:
            file.write(f"set -g default-terminal {term}\nset -g status off\nset -ga terminal-overrides ',*:Tc'\n"
                       "set -g remain-on-exit on\n")
        self.env = clean_env({"TERM": "xterm", "LC_ALL": "C.UTF-8", "ENV": None, **(env or {})})
        self.tmux("new-session", "-d", "-x", columns, "-y", rows, "/bin/sh")
        test.addCleanup(self.end)
        self.wait_until(lambda: self.text().strip(), "a prompt")

    def tmux(self, *args):
        command = ["tmux", "-S", self.socket, "-f", self.config, *map(str, args)]
        return subprocess.run(command, env=self.env, check=True, capture_output=True, timeout=60 * TIME_SCALE).stdout.decode()

    def end(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], env=self.env, capture_output=True)

    def run(self, *command):
        self.keys(" ".join(shlex.quote(str(word)) for word in command), "Enter")

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def text(self):
        return self.tmux("capture-pane", "-p")

    def colored(self):
        """With escape sequences for colours, 24-bit ones as they were written."""
        return self.tmux("capture-pane", "-p", "-e")

    def value(self, name):
        return self.tmux("display-message", "-p", f"#{{{name}}}").strip()

    def modes(self):
        """The terminal's modes, as stty has them."""
        return subprocess.run(["stty", "-a", "-F", self.value("pane_tty")], capture_output=True, check=True).stdout

    def wait_until(self, condition, what, timeout=30):
        end = time.monotonic() + timeout * TIME_SCALE
        while not condition():
            if time.monotonic() > end:
                raise AssertionError(f"it never came: {what}; the screen:\n{self.text()}")
            time.sleep(0.05)

    def wait_for(self, *texts, timeout=30):
        self.wait_until(lambda: all(text in self.text() for text in texts), f"{texts}", timeout)

    def children(self):
        """Process ids of the shell's children."""
        pid = self.value("pane_pid")
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", pid], capture_output=True).stdout.decode().split()
        return [int(child) for child in found]
