package s6j.commands.deaths;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.supervise.Tai;
import s6j.testing.CommandRunner.Outcome;

/** What is said of a death tally is what Debian's programs say of it. */
class DeathCommandsTest {
  @TempDir Path temp;
  private Originals both;
  private Path tally;

  @BeforeEach
  void start() throws IOException {
    both = Originals.of(AllCommands.list(), temp);
    tally = temp.resolve("supervise/death_tally");
    Files.createDirectory(tally.getParent());
    // Ages far from the limits that are asked for: the machine may be slow.
    deaths(
        new int[][] {{100_000, 1, 0}, {5000, 143, 15}, {1000, 2, 0}, {500, 137, 9}, {100, 0, 0}});
  }

  @AfterEach
  void stop() throws IOException {
    both.close();
  }

  /** Seconds ago, exit code, signal. */
  private void deaths(int[]... deaths) throws IOException {
    ByteBuffer content = ByteBuffer.allocate(14 * deaths.length);
    for (int[] death : deaths) {
      Tai.of(Instant.now().minusSeconds(death[0])).pack(content);
      content.put((byte) death[1]).put((byte) death[2]);
    }
    Files.write(tally, content.array());
  }

  private Outcome original(String... words) {
    return both.original(Map.of(), words);
  }

  private void assertSame(String... words) {
    assertEquals(original(words), both.ours(words), String.join(" ", words));
  }

  /** The same code and the same first line, up to what we say in addition. */
  private void assertRefused(String... words) {
    Outcome original = original(words);
    Outcome ours = both.ours(words);
    assertEquals(original.code(), ours.code(), String.join(" ", words));
    assertTrue(ours.stderr().startsWith(original.stderr().stripTrailing()), ours.stderr());
  }

  @Test
  void deaths_are_listed_oldest_first() {
    assertSame("s6-svdt", ".");
    assertSame("s6-svdt", "-s", ".");
    assertSame("s6-svdt", "-S", ".");
    assertSame("s6-svdt", "-sS", ".");
    assertSame("s6-svdt", "-n", "2", ".");
    assertSame("s6-svdt", "-n", "0", ".");
    assertSame("s6-svdt", "-n", "99", ".");
    assertSame("s6-svdt", "-n", "x", ".");
    assertSame("s6-svdt");
    assertSame("s6-svdt", "none");
    assertEquals(5, both.ours("s6-svdt", ".").stdout().lines().count());
  }

  @Test
  void deaths_are_forgotten() throws IOException {
    assertSame("s6-svdt-clear", "none");
    assertSame("s6-svdt-clear");
    assertEquals(0, both.ours("s6-svdt-clear", ".").code());
    assertEquals(0, Files.size(tally));
    assertSame("s6-svdt", ".");
  }

  @Test
  void enough_deaths_of_a_kind_are_a_permanent_failure() {
    String[][] scenarios = {
      {"9000", "2", "2,0"},
      {"9000", "3", "2,0"},
      {"9000", "2", "SIGTERM,SIGKILL"},
      {"9000", "2", "sigterm,9"},
      {"9000", "2", "0-200"},
      {"9000", "1", "TERM"},
      {"9000", "1", "SIG9"},
      {"9000", "1", "137"},
      {"9000", "1", "2, 0"},
      {"9000", "1", "0;2"},
      {"9000", "1", ""},
      {"9000", "1", "2,"},
      {"0", "1", "0-255"},
      {"9000", "1", "7"},
      {"9000", "5000", "0"},
      {"600", "1", "15,2"},
      {"200", "1", "KILL"},
      {"9000", "1", "1"}
    };
    for (String[] s : scenarios) {
      assertSame("s6-permafailon", s[0], s[1], s[2], "echo", "goes on");
      assertSame("s6-permafailon", s[0], s[1], s[2]);
    }
    assertEquals(125, both.ours("s6-permafailon", "9000", "1", "2").code());
    assertSame("s6-permafailon", "9000", "1", "7", "no-such-program");
  }

  @Test
  void a_wrong_specification_is_refused_as_by_the_original() {
    for (String list : new String[] {"300", "5-2", "2-", "x", ",2", "SIGFOO", "SIGTERM-SIGKILL"}) {
      assertRefused("s6-permafailon", "60", "1", list, "true");
    }
    assertSame("s6-permafailon", "60", "0", "2", "true");
    assertSame("s6-permafailon", "x", "1", "2", "true");
    assertSame("s6-permafailon", "60", "x", "2", "true");
    assertSame("s6-permafailon", "60", "1");
  }

  @Test
  void a_tally_that_cannot_be_read_does_not_keep_finish_from_going_on() throws IOException {
    Files.write(tally, new byte[15]);
    assertSame("s6-permafailon", "60", "1", "0", "echo", "goes on");
    Files.delete(tally);
    Outcome ours = both.ours("s6-permafailon", "60", "1", "0", "echo", "goes on");
    assertEquals("goes on\n", ours.stdout());
    assertTrue(ours.stderr().startsWith("s6-permafailon: warning: unable to"), ours.stderr());
  }
}
