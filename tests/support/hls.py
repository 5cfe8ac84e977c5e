"""HLS and DASH made by ffmpeg: of a wav whose samples tell their position, at several rates and with pictures.

    make_hls(folder, wav, "-hls_key_info_file", key_info(folder))      -> folder/v.m3u8 with v0.ts, v1.ts, ...
"""
import os
import subprocess

AAC = ("-c:a", "aac", "-b:a", "96k")


def ffmpeg(*args):
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, args)], check=True, stdin=subprocess.DEVNULL)


def make_hls(folder, source, *options, name="v", codec=AAC):
    folder.mkdir(exist_ok=True)
    ffmpeg("-i", source, *codec, "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", "-hls_playlist_type", "vod", *options,
           folder / f"{name}.m3u8")
    return folder / f"{name}.m3u8"


def key_info(folder, url="key.bin"):
    """A file that tells ffmpeg to encrypt, by AES-128, with a key that is served as `url`."""
    folder.mkdir(exist_ok=True)
    (folder / "key.bin").write_bytes(bytes(range(16)))
    info = folder / "key.info"
    info.write_text(f"{url}\n{folder / 'key.bin'}\n{'00' * 15}07\n")
    return info


def master(folder, *variants, name="master.m3u8"):
    """A master playlist of (playlist, bits a second, more attributes)."""
    lines = ["#EXTM3U"]
    for playlist, bits_per_s, more in variants:
        if more.startswith("#"):
            lines.append(more)
            continue
        lines += [f"#EXT-X-STREAM-INF:BANDWIDTH={bits_per_s}{',' + more if more else ''}", playlist]
    (folder / name).write_text("\n".join(lines) + "\n")
    return folder / name


def serve_folder(server, folder, prefix="/"):
    """All files below `folder`, at their names."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            server.add(prefix + os.path.relpath(path, folder), path)
