"""Flat memory and exact positions, whatever the length and the number of inputs.

ASTREAM_LONG=1 in the environment takes the full numbers: 100,000 clips, 24 hours of features.
"""
import json
import os
import subprocess
import unittest

from support import media
from support.cli import CliTest, SANITIZERS, astream, clean_env, fixture, main

LIMIT_KIB = 64 * 1024
IS_LONG = "ASTREAM_LONG" in os.environ


class Memory(CliTest):

    def peak(self, *arguments, stdin=subprocess.DEVNULL, take=None):
        """Runs the binary, hands each record to take(head); returns the peak of resident memory in KiB."""
        process = subprocess.Popen([astream(), *map(str, arguments)], env=clean_env(), stdin=stdin, stdout=subprocess.PIPE)
        for line in process.stdout:
            head = json.loads(line)
            length = head.get("payload_length", 0)
            while length:
                got = len(process.stdout.read(min(length, 1 << 20)))
                self.assertGreater(got, 0)
                length -= got
            if take:
                take(head)
        process.stdout.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(process.returncode, 0)
        return usage.ru_maxrss

    def check_peak(self, kib):
        if not SANITIZERS:
            self.assertLess(kib, LIMIT_KIB)

    def test_27_hours(self):
        hours = 2 if SANITIZERS else 27
        seen = []

        def take(head):
            if head["type"] == "window":
                seen.append((head["data"]["sample"], head["data"]["time"], head["data"]["valid"]))

        kib = self.peak("-w", "1m", "--tail", "crop", f"silence:?rate=8000&duration={hours * 3600}", take=take)
        self.assertEqual(seen, [(480000 * k, 60.0 * k, 480000) for k in range(60 * hours)])
        self.check_peak(kib)

    def test_27_hours_in_windows_of_an_hour(self):
        """An hour at 1 kHz is 14 MB: the window itself and little more."""
        hours = 2 if SANITIZERS else 27
        seen = []
        kib = self.peak("-w", "1h", f"silence:?rate=1000&duration={hours}h",
                        take=lambda head: seen.append(head["data"]["sample"]) if head["type"] == "window" else None)
        self.assertEqual(seen, [3600000 * k for k in range(hours)])
        self.check_peak(kib)

    def test_positions_beyond_32_bits(self):
        """27 hours at 48 kHz are more samples than 32 bits count; sub-sampled, so that it is quick."""
        seen = []
        self.peak("-w", "10smp", "--hop", "1h", "silence:?rate=48000&duration=27h",
                  take=lambda head: seen.append(head["data"]["sample"]) if head["type"] == "window" else None)
        self.assertEqual(seen, [172800000 * k for k in range(27)])

    def test_many_clips(self):
        count = 1000 if SANITIZERS else 100_000 if IS_LONG else 15_000
        clip = self.tmp / "clip.wav"
        media.write_wav(clip, [1, 2, 3, 4])
        listed = self.tmp / "list"
        listed.write_text(f"{clip}\n" * count)
        counts = {}
        ends = []

        def take(head):
            counts[head["type"]] = counts.get(head["type"], 0) + 1
            if head["type"] == "set-end":
                ends.append(head["data"])
            elif head["type"] == "window":
                self.assertEqual(head["data"]["stream"], counts["window"] - 1)

        kib = self.peak("-w", "4smp", "--files-from", listed, take=take)
        self.assertEqual(counts["window"], count)
        self.assertEqual((ends[0]["streams"], ends[0]["failed"], ends[0]["samples"]), (count, 0, 4 * count))
        self.check_peak(kib)

    def test_long_compressed_input(self):
        self.check_peak(self.peak("-w", "0.1", *[fixture("long.flac")] * 4, fixture("video.mkv"), fixture("vorbis.ogg")))

    def test_features_of_hours(self):
        hours = 1 if SANITIZERS else 24 if IS_LONG else 5
        seen = []

        def take(head):
            if head["type"] == "features":
                seen.append((head["data"]["row"], head["data"]["sample"], head["data"]["time"]))

        kib = self.peak("features", "-f", "records", "-F", "laeq_dbfs,rms,logmel", "--stats", "mean,p90", "--n-mels", "8", "--frame", "1s",
                        "--frame-hop", "10s", "-w", "1m", f"silence:?rate=1000&duration={hours}h", take=take)
        self.assertEqual(seen, [(k, 60000 * k, 60.0 * k) for k in range(60 * hours)])
        self.check_peak(kib)

    @unittest.skipIf(SANITIZERS, "the sanitizers' own memory")
    def test_loudness_so_far_needs_no_more_for_longer(self):
        def peak(minutes):
            return self.peak("features", "-f", "records", "-F", "lufs_i,lra_lu,vad,la90_dbfs,logmel", "--stats", "p50", "--frame-hop", "1s",
                             "-w", "10", f"noise:pink?rate=4000&duration={minutes}m")

        self.assertLess(peak(60), peak(3) + 2000)

    @unittest.skipIf(SANITIZERS, "the sanitizers' own memory")
    def test_memory_does_not_grow_with_the_number_of_streams(self):
        few = self.peak("-w", "1", *[fixture("vorbis_mono_16k.ogg")] * 5)
        many = self.peak("-w", "1", *[fixture("vorbis_mono_16k.ogg")] * 300)
        self.assertLess(many, few + 3000)


if __name__ == "__main__":
    main()
