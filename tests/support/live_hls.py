"""Live HLS without a clock: a broadcast that was encoded beforehand, of which nginx serves as much as the test has aired. Its sound tells
the place in it: a sweep, whose every sample ffmpeg decodes for comparison.

    sender = Broadcast(folder / "a", seconds=20)
    with Nginx(folder) as server:
        sender.air(folder / "live.m3u8", 0, 5)      # segments 0..4
        ... server.url("/plain/live.m3u8")
        sender.place(window)                        # where the window's samples stand in the broadcast
"""
import datetime
import os

import numpy as np

from support import media
from support.hls import ffmpeg

RATE = 44100
FRAME = 1024  # of AAC


class Broadcast:
    """`low_hz` tells one broadcast from another. fMP4 where `is_mp4`, else MPEG-TS; both begin at the same time stamp every time."""

    def __init__(self, folder, seconds, low_hz=300, is_mp4=False):
        folder.mkdir()
        sweep = f"aevalsrc=exprs=0.5*sin(2*PI*({low_hz}*t+40*t*t)):s={RATE}:d={seconds}"
        # Without noise substitution (PNS) decoding gives the same samples from wherever it begins.
        ffmpeg("-f", "lavfi", "-i", sweep, "-c:a", "aac", "-b:a", "96k", "-aac_pns", "0", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0",
               "-hls_segment_type", "fmp4" if is_mp4 else "mpegts", "-hls_playlist_type", "vod", folder / "all.m3u8")
        lines = (folder / "all.m3u8").read_text().splitlines()
        self.name = folder.name
        self.map = [line.replace('URI="', f'URI="{self.name}/') for line in lines if line.startswith("#EXT-X-MAP")]
        self.lengths = [line for line in lines if line.startswith("#EXTINF")]
        self.segments = [line for line in lines if line and not line.startswith("#")]
        self.sound = media.floats(media.ffmpeg("-i", folder / "all.m3u8", "-f", "f32le", "-"))[:, 0]

    def start_s(self, segment):
        return sum(float(line[len("#EXTINF:"):].rstrip(",")) for line in self.lengths[:segment])

    def air(self, playlist, begin, end, dates=None, first_sequence=0):
        """Lists segments [begin, end). `dates`: when the broadcast began, in seconds since 1970."""
        lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:1", f"#EXT-X-MEDIA-SEQUENCE:{first_sequence + begin}", *self.map]
        for segment in range(begin, end):
            lines.append(self.lengths[segment])
            if dates is not None:
                date = datetime.datetime.fromtimestamp(dates + self.start_s(segment), datetime.timezone.utc)
                lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date.isoformat(timespec='milliseconds')}")
            lines.append(f"{self.name}/{self.segments[segment]}")
        new = playlist.with_suffix(".new")
        new.write_text("\n".join(lines) + "\n")
        os.replace(new, playlist)

    def place(self, values):
        """The only place at which `values` stand in the broadcast, to the sample; None when they do not."""
        count = len(values)
        candidates = np.flatnonzero(np.abs(self.sound[:len(self.sound) - count + 1] - values[0]) < 1e-6)
        found = [int(at) for at in candidates if np.allclose(self.sound[at:at + count], values, rtol=0, atol=1e-6)]
        assert len(found) < 2, f"it is ambiguous: {found}"
        return found[0] if found else None
