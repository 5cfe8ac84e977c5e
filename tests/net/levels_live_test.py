"""Levels of a radio: rows with the time of day, a silence alarm, and what the display tells of its connection."""
import signal

from support.cli import CliTest, astream, finish, main, start
from support.icecast import MP3, Feed, Icecast
from support.tmux import Terminal

QUICK = ("--reconnect-delay", "0.1..0.3")


class LiveLevels(CliTest):

    def setUp(self):
        super().setUp()
        self.radio = self.enterContext(Icecast())
        self.feed = self.play()

    def play(self):
        return self.enterContext(Feed(self.radio.source_url("/l.mp3"), *MP3, wait=lambda: self.radio.status("/l.mp3") == 200))

    def test_rows_leave_when_they_are_complete_and_tell_the_time_of_day(self):
        process = start("levels", "--interval", "0.5", self.radio.url("/l.mp3"))
        lines = [process.stdout.readline().decode().rstrip().split(",") for _ in range(4)]
        process.terminate()
        self.assertEqual(finish(process).status, -signal.SIGTERM)
        head = lines[0]
        self.assertEqual(head[:7], ["index", "time", "duration", "time_utc", "gap", "channel", "is_total"])
        self.assertRegex(lines[1][3], r"^\d{4}-\d\d-\d\dT.*Z$")
        self.assertLess(lines[1][3], lines[3][3])

    def test_a_silence_alarm_of_a_radio_that_goes_off_the_air_and_comes_back(self):
        process = start("levels", "--threshold", "-50", "--hold", "0.5", *QUICK, self.radio.url("/l.mp3"))
        self.assertEqual(process.stdout.readline(), b"index,time,duration,time_utc,gap,alarm,level_dbfs\n")  # it is connected
        self.feed.stop()
        raised = process.stdout.readline().decode().rstrip().split(",")
        self.assertEqual(raised[5:], ["1", "-inf"])
        self.play()
        over = process.stdout.readline().decode().rstrip().split(",")
        self.assertEqual((over[5], over[1]), ("0", raised[1]))
        process.terminate()
        self.assertEqual(finish(process).status, -signal.SIGTERM)

    def test_the_display_tells_how_the_connection_is(self):
        screen = Terminal(self, columns=100)
        screen.run(astream(), "levels", *QUICK, "radio=" + self.radio.url("/l.mp3"))
        screen.wait_for("radio", "live", "mp3", "LUFS")
        self.feed.stop()
        screen.wait_for("reconnecting")
        self.play()
        screen.wait_for("live", "1 reconnect")
        screen.keys("q")
        screen.wait_until(lambda: screen.value("alternate_on") == "0", "the end")
        screen.wait_for("radio  0:", "LUFS", "connecting again")


main()
