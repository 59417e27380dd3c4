package s6j.commands.notification;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** Our commands at fifodirs, beside and together with Debian's. */
class NotificationCommandsTest {
  private static final String DEBIAN = "/usr/bin/";

  @TempDir Path temp;
  private Originals both;

  @BeforeEach
  void start() throws IOException {
    both = Originals.of(AllCommands.list(), temp);
  }

  @AfterEach
  void stop() throws IOException {
    both.close();
  }

  private Outcome original(String... words) {
    return both.original(Map.of(), words);
  }

  private void assertSame(String... words) {
    assertEquals(original(words), both.ours(words), String.join(" ", words));
  }

  private String mode(String name) throws IOException {
    Path path = temp.resolve(name);
    return Integer.toOctalString((int) Files.getAttribute(path, "unix:mode") & 07777)
        + " "
        + Files.getAttribute(path, "unix:gid");
  }

  private void fifodir(String name) {
    assertEquals(0, both.ours("s6-mkfifodir", name).code());
  }

  /** The original's are, by a process of its own, a moment after the listener has ended. */
  private void assertFifosAreTakenAway(String fifodir) throws IOException {
    long patience = System.nanoTime() + 20_000_000_000L;
    while (!content(fifodir).isEmpty() && System.nanoTime() < patience) {
      Thread.onSpinWait();
    }
    assertTrue(content(fifodir).isEmpty(), "listeners take their FIFOs away");
  }

  private List<Path> content(String name) throws IOException {
    try (var files = Files.list(temp.resolve(name))) {
      return files.toList();
    }
  }

  @Test
  void a_fifodir_is_public_or_for_a_group() throws IOException {
    fifodir("public");
    assertEquals("1733 " + Files.getAttribute(temp, "unix:gid"), mode("public"));
    String own = Files.getAttribute(temp, "unix:gid").toString();
    assertEquals(0, both.ours("s6-mkfifodir", "-g", own, "group").code());
    assertEquals("3730 " + own, mode("group"));
  }

  @Test
  void a_fifodir_that_is_there_is_changed_when_forced_only() throws IOException {
    Files.createDirectory(temp.resolve("there"));
    String before = mode("there");
    fifodir("there");
    assertEquals(before, mode("there"));
    assertEquals(0, both.ours("s6-mkfifodir", "-f", "there").code());
    assertEquals("1733 " + Files.getAttribute(temp, "unix:gid"), mode("there"));
  }

  @Test
  void what_can_be_no_fifodir_is_refused_as_by_the_original() throws IOException {
    Files.createFile(temp.resolve("file"));
    assertSame("s6-mkfifodir", "file");
    assertSame("s6-mkfifodir", "-f", "file");
    assertSame("s6-mkfifodir", "none/fifodir");
    assertSame("s6-mkfifodir");
    assertSame("s6-mkfifodir", "-g", "staff", "dir");
    assertSame("s6-cleanfifodir", "none");
    assertSame("s6-cleanfifodir");
    assertSame("s6-ftrig-notify", "none", "a");
    assertSame("s6-ftrig-notify", "file", "a");
    assertSame("s6-ftrig-notify", "none");
  }

  @Test
  void the_fifos_of_dead_listeners_are_cleaned_away_and_nothing_else() throws Exception {
    fifodir("f");
    String dead = "f/ftrig1:@400000006500000000000000:abcdef";
    String other = "f/ftrig1:@4000000065000000000000:abcdef";
    new ProcessBuilder("mkfifo", temp.resolve(dead).toString(), temp.resolve(other).toString())
        .start()
        .waitFor();
    assertTrue(Files.exists(temp.resolve(dead)));
    assertEquals(0, both.ours("s6-cleanfifodir", "f").code());
    assertFalse(Files.exists(temp.resolve(dead)));
    assertTrue(Files.exists(temp.resolve(other)));
  }

  @Test
  void the_event_that_makes_the_expression_match_is_printed() throws IOException {
    fifodir("f");
    String[][] scenarios = {
      {"a", "ba"},
      {"b", "abc"},
      {"[^a]", "aab"},
      {"a|b", "cb"},
      {"a.c", "abc"},
      {"a{3}", "aaaa"},
      {"xy+z", "xyyz"},
      {"u[[:upper:]]", "uU"},
      {"(ab)+c", "ababc"}
    };
    for (String[] scenario : scenarios) {
      String regex = scenario[0];
      String events = scenario[1];
      assertSame("s6-ftrig-listen1", "f", regex, "s6-ftrig-notify", "f", events);
      String[] mixed = {"s6-ftrig-listen1", "f", regex, DEBIAN + "s6-ftrig-notify", "f", events};
      assertEquals(original(mixed), both.ours(mixed));
      String ours = "s6-ftrig-notify f '" + events + "'";
      // Debian's listener, our notifier: ours is first on the PATH that runs it.
      assertEquals(
          original(mixed), both.ours(DEBIAN + "s6-ftrig-listen1", "f", regex, "sh", "-c", ours));
    }
    assertFifosAreTakenAway("f");
  }

  @Test
  void events_are_one_text_from_the_first_on() {
    fifodir("f");
    String notify = "s6-ftrig-notify f a; s6-ftrig-notify f b; s6-ftrig-notify f c";
    assertEquals("c\n", both.ours("s6-ftrig-listen1", "f", "a.c", "sh", "-c", notify).stdout());
    assertEquals("b\n", both.ours("s6-ftrig-listen1", "f", "^ab$", "sh", "-c", notify).stdout());
  }

  @Test
  void each_of_many_events_takes_no_longer_than_the_first() {
    fifodir("f");
    String many = "x".repeat(60_000) + "yz";
    String[] line = {
      "s6-ftrig-listen1", "-t", "6000", "f", "x.*y.*z", "s6-ftrig-notify", "f", many
    };
    assertEquals(new Outcome(0, "z\n", ""), both.ours(line));
  }

  @Test
  void waiting_for_what_does_not_come_ends_in_time() throws IOException {
    fifodir("f");
    String[] waiting = {"s6-ftrig-wait", "-t", "50", "f", "x"};
    assertEquals(99, both.ours(waiting).code());
    String[] listening = {"s6-ftrig-listen1", "-t", "300", "f", "c", "s6-ftrig-notify", "f", "ba"};
    Outcome ours = both.ours(listening);
    assertEquals(99, ours.code());
    assertEquals(original(listening).stderr(), ours.stderr());
    assertFifosAreTakenAway("f");
  }

  @Test
  void all_events_are_waited_for_or_one() {
    fifodir("f");
    fifodir("g");
    String one = "s6-ftrig-notify f a";
    String two = one + "; s6-ftrig-notify g b";
    String[] all = {"s6-ftrig-listen", "f", "a", "g", "b", "", "sh", "-c", two};
    assertSame(all);
    assertEquals(0, both.ours(all).code());
    assertSame("s6-ftrig-listen", "-o", "f", "a", "g", "b", "", "sh", "-c", one);
    assertSame("s6-ftrig-listen", "-a", " f", " a", "", "s6-ftrig-notify", "f", "a");
    String[] missing = {"s6-ftrig-listen", "-t", "300", "f", "a", "g", "b", "", "sh", "-c", one};
    assertEquals(99, both.ours(missing).code());
  }

  @Test
  void an_option_that_is_given_twice_must_be_right_twice() {
    for (String[] words :
        new String[][] {
          {"s6-ftrig-wait", "-t", "x", "-t", "1", "f", "a"},
          {"s6-mkfifodir", "-g", "x", "-g", "0", "f"},
          {"s6-svwait", "-t", "x", "-t", "1", "none"},
          {"s6-svlink", "-t", "", "-t", "1", "none", "none"},
          {"s6-svdt", "-n", "x", "-n", "1", "none"},
          {"s6-fdholder-list", "-t", "x", "-t", "1", "none"},
          {"s6-instance-maker", "-s", "x", "-s", "1", "none", "none"}
        }) {
      assertEquals(100, original(words).code());
      assertEquals(100, both.ours(words).code(), words[0]);
    }
    assertEquals(100, both.ours("s6-svc", "-T", "x", "-T", "1", "none").code());
  }

  @Test
  void wrong_usage_is_refused_as_by_the_original() {
    fifodir("f");
    assertSame("s6-ftrig-wait", "-t", "x", "f", "a");
    assertSame("s6-ftrig-wait", "f");
    assertSame("s6-ftrig-wait", "none", "a");
    assertSame("s6-ftrig-listen1", "f", "a");
    assertSame("s6-ftrig-listen1", "none", "a", "true");
    assertSame("s6-ftrig-listen1", "f", "a", "no-such-program");
    assertSame("s6-ftrig-listen", "f", "a", "g", "", "true");
    assertSame("s6-ftrig-listen", "", "true");
    assertSame("s6-ftrig-listen", "f", "a", "true");
    assertSame("s6-ftrig-listen", "f", "a", "");
    assertSame("s6-ftrig-listen", "f", "a", "", "no-such-program");
    assertEquals(111, both.ours("s6-ftrig-wait", "f", "(").code());
  }
}
