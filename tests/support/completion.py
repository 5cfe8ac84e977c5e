"""Asks the real shells what they would complete with scripts/completions: Completer("zsh", folder).complete("--fo").

bash and fish can be asked directly; zsh completes only on a terminal, so it gets one, and writes what it offers to a file.
"""
import fcntl
import os
import pty
import shlex
import shutil
import struct
import subprocess
import termios
import threading
import time

from support.cli import ROOT, TIME_SCALE, clean_env

FOLDER = ROOT / "scripts/completions"
SHELLS = [name for name in ("bash", "fish", "zsh") if shutil.which(name)]

_BASH = r"""
compopt() { :; }
source "$1"; shift
COMP_WORDS=(astream "$@"); COMP_CWORD=$#
_astream
printf '%s\n' "${COMPREPLY[@]}"
"""

_FISH = 'source $argv[1]; complete -C "$argv[2]"'

# The candidates of each TAB go through compadd, which tells them by -A. (-O, -A and -D before "--" are questions of the
# completion system itself.)
_ZSH = r"""
PS1= PROMPT_SP= ; unsetopt zle_bracketed_paste 2>/dev/null; zle_bracketed_paste=()
fpath=({folder} $fpath)
autoload -U compinit; compinit -u -D
compadd() {{
  local -a before=("${{(@)argv[1,${{argv[(i)(-|--)]}}]}}") offered
  if (( ! ${{before[(I)-[OAD]*]}} )); then
    builtin compadd -A offered "$@"
    local at=${{argv[(i)-S*]}} suffix=
    [[ ${{argv[at]}} == -S ]] && suffix=${{argv[at+1]}}
    [[ $suffix == (:|://) ]] || suffix=
    (( $#offered )) && print -rl -- ${{^offered}}$suffix >> {out}
  fi
  builtin compadd "$@"
}}
done-now() {{ print -r -- "$BUFFER" > {out}.done; BUFFER= }}
zle -N done-now; bindkey '^X' done-now
zstyle ':completion:*' menu no
LISTMAX=10000
print > {out}.ready
"""


class Completer:
    """`folder` is the working folder of the shell, and holds some files of our own (their names begin with a dot)."""

    def __init__(self, shell, folder):
        self.shell, self.folder = shell, folder
        self.master = None
        if shell == "zsh":
            self._start_zsh()

    def complete(self, *words):
        """The candidates for the last of `words`, which stand behind "astream"."""
        if self.shell == "bash":
            return self._run("bash", "--norc", "-c", _BASH, "bash", FOLDER / "astream.bash", *words)
        if self.shell == "fish":
            line = " ".join(["astream", *words])
            lines = self._run("fish", "--no-config", "-c", _FISH, FOLDER / "astream.fish", line)
            return {text.split("\t")[0] for text in lines}
        return self._complete_zsh(words)

    def close(self):
        if self.master is None:
            return
        self.zsh.kill()
        self.zsh.wait()
        self.reader.join(10)
        os.close(self.master)
        self.master = None

    def _run(self, *command):
        done = subprocess.run([str(word) for word in command], cwd=self.folder, env=clean_env(), stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120 * TIME_SCALE)
        assert not done.stderr, f"{command}: {done.stderr}"
        return set(filter(None, done.stdout.splitlines()))

    def _start_zsh(self):
        self.out = self.folder / ".offered"
        script = self.folder / ".zshrc-of-test"
        script.write_text(_ZSH.format(folder=shlex.quote(str(FOLDER)), out=shlex.quote(str(self.out))))
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 100, 200, 0, 0))
        self.zsh = subprocess.Popen(["zsh", "-f", "-i"], stdin=slave, stdout=slave, stderr=slave, cwd=self.folder,
                                    env=clean_env({"TERM": "xterm"}), start_new_session=True,
                                    preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
        os.close(slave)
        self.screen = bytearray()
        self.reader = threading.Thread(target=self._read_screen, daemon=True)
        self.reader.start()
        self._type(f"source {script}\n")
        self._wait_for(f"{self.out}.ready")

    def _read_screen(self):
        try:
            while data := os.read(self.master, 65536):
                self.screen += data
        except OSError:  # the terminal was closed
            pass

    def _type(self, text):
        os.write(self.master, text.encode())

    def _wait_for(self, path):
        deadline = time.monotonic() + 60 * TIME_SCALE
        while not os.path.exists(path):
            assert self.zsh.poll() is None, f"zsh has ended; it showed: {bytes(self.screen)!r}"
            assert time.monotonic() < deadline, f"zsh hangs; it showed: {bytes(self.screen)!r}"
            time.sleep(0.005)

    def _complete_zsh(self, words):
        for path in (self.out, self.folder / ".offered.done"):
            path.unlink(missing_ok=True)
        self._type(" ".join(["astream", *words]) + "\t\x18")
        self._wait_for(f"{self.out}.done")
        # A widget's output is complete before the next widget runs.
        offered = self.out.read_text().split("\n") if self.out.exists() else []
        return {name for name in offered if name}
