"""What astream record leaves: its log, and the sound of its files."""
import json

from support import media


def read_log(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def of_kind(log, kind):
    return [line for line in log if line["event"] == kind]


def floats(path, *after):
    return media.ffmpeg("-i", path, "-map", "0:a:0", *after, "-f", "f32le", "-")


def chapters(path):
    """(title, first sample at 44.1 kHz) of each."""
    told = json.loads(media.ffprobe("-show_chapters", "-of", "json", path))["chapters"]
    return [(chapter.get("tags", {}).get("title"), round(float(chapter["start_time"]) * 44100)) for chapter in told]


def ogg_links(path):
    """(title, samples) of each link of a chained Ogg file by itself; each must be whole, as RFC 3533 has it."""
    data, links, at, is_open = path.read_bytes(), [], 0, False
    while at < len(data):
        assert data[at:at + 4] == b"OggS", f"byte {at} begins no page"
        flags, segments = data[at + 5], data[at + 26]
        size = 27 + segments + sum(data[at + 27:at + 27 + segments])
        if flags & 2:
            assert not is_open, f"byte {at}: a stream begins before the last one ended"
            links.append(b"")
        links[-1] += data[at:at + size]
        is_open = not flags & 4
        at += size
    assert not is_open, "the last stream has no end"
    return [_facts_of_link(link, path) for link in links]


def _facts_of_link(link, chain):
    alone = chain.with_name(f"link-{chain.name}")
    alone.write_bytes(link)
    tags = json.loads(media.ffprobe("-show_entries", "stream_tags", "-of", "json", alone))["streams"][0].get("tags", {})
    return tags.get("title", tags.get("TITLE")), len(floats(alone)) // 8
