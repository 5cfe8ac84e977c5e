"""Features of a live input: rows as they come, with the time of day."""
import csv
import datetime
import io

from support.cli import CliTest, finish, main, start
from support.icecast import MP3, Feed, Icecast


class LiveFeatures(CliTest):

    def setUp(self):
        super().setUp()
        self.radio = self.enterContext(Icecast())
        self.enterContext(Feed(self.radio.source_url("/l.mp3"), *MP3, wait=lambda: self.radio.status("/l.mp3") == 200))

    def test_rows_tell_their_time_of_day_and_what_is_missing(self):
        before = datetime.datetime.now(datetime.timezone.utc)
        result = self.ok("features", "-F", "rms_dbfs,lufs_m", "--stats", "mean", "-w", "0.5", "-t", "3", self.radio.url("/l.mp3"))
        after = datetime.datetime.now(datetime.timezone.utc)
        rows = list(csv.DictReader(io.StringIO(result.stdout.decode())))
        self.assertEqual(list(rows[0]), ["index", "time", "duration", "time_utc", "gap", "rms_dbfs_mean", "lufs_m"])
        self.assertEqual([row["index"] for row in rows], [str(i) for i in range(6)])
        self.assertEqual({row["gap"] for row in rows}, {"0"})
        self.assertEqual({round(float(row["rms_dbfs_mean"])) for row in rows[1:]}, {round(float(rows[1]["rms_dbfs_mean"]))})
        times = [datetime.datetime.fromisoformat(row["time_utc"].replace("Z", "+00:00")) for row in rows]
        self.assertEqual(times, sorted(times))
        burst = datetime.timedelta(seconds=10)  # what the server sends at once was there before
        self.assertLessEqual(before - burst, times[0])
        self.assertLessEqual(times[-1], after)

    def test_each_row_leaves_when_it_is_complete(self):
        process = start("features", "-F", "rms", "-f", "jsonl", self.radio.url("/l.mp3"))
        for _ in range(3):
            self.assertIn(b'"rms":', process.stdout.readline())
        process.terminate()
        result = finish(process)
        self.assertEqual(result.status, -15, result)
        self.assertTrue(result.stdout.endswith(b"\n") or not result.stdout)


main()
