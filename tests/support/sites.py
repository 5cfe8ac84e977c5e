"""Pages for the real yt-dlp, and a stand-in for it that shows what the real one can't be made to: links that expire, answers that
reach where they must not, and how it fails when it is too old.

    fake = FakeYtdl(folder, [answer, answer, ...], version="2021.01.01")   # the n-th call gives the n-th answer, the last again and again
    run("--ytdl", fake.path, "ytdl:https://site/page"); fake.calls()     # the arguments of each call
"""
import json
import shutil
import sys


def has_ytdl():
    return shutil.which("yt-dlp") is not None


def page(title, *sources):
    tags = "".join(f'<audio src="{source}"></audio>' for source in sources)
    return f"<html><head><title>{title}</title></head><body>{tags}</body></html>".encode()


def video_page(title, source):
    return f'<html><head><title>{title}</title></head><body><video><source src="{source}"></video></body></html>'.encode()


def answer(url, title="Song", **more):
    """What -J prints for one recording with one format."""
    form = {"url": url, "format_id": "a", "vcodec": "none", "acodec": "mp3", "protocol": "https", **more.pop("format", {})}
    return json.dumps({"title": title, "formats": [form], **more})


class FakeYtdl:
    def __init__(self, folder, answers, version="2026.11.01", error="", delay_s=0):
        self.path = folder / "fake-yt-dlp"
        self.log = folder / "fake-yt-dlp.log"
        self.log.unlink(missing_ok=True)
        self.path.write_text(f"""#!{sys.executable}
import json, sys, time
if sys.argv[1:] == ["--version"]:
    print({version!r})
    sys.exit()
with open({str(self.log)!r}, "a") as log:
    log.write(json.dumps(sys.argv[1:]) + "\\n")
if "--batch-file" in sys.argv:
    open({str(self.log) + ".stdin"!r}, "a").write(sys.stdin.read())
number = len(open({str(self.log)!r}).readlines()) - 1
answers = {list(answers)!r}
time.sleep({delay_s})
if {error!r}:
    sys.exit({error!r})
print(answers[min(number, len(answers) - 1)])
""")
        self.path.chmod(0o755)

    def asked(self):
        """The addresses that came on stdin."""
        return (self.log.parent / (self.log.name + ".stdin")).read_text().splitlines()

    def calls(self):
        return [json.loads(line) for line in self.log.read_text().splitlines()] if self.log.exists() else []
