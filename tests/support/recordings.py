"""What astream record leaves: its log, and the sound of its files."""
import json

from support import media


def read_log(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def of_kind(log, kind):
    return [line for line in log if line["event"] == kind]


def floats(path, *after):
    return media.ffmpeg("-i", path, "-map", "0:a:0", *after, "-f", "f32le", "-")
