package s6j.commands.supervision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.AllCommands;
import s6j.commands.comparison.Originals;
import s6j.testing.CommandRunner.Outcome;

/** s6-svperms on two equal services, one changed by Debian's and one by ours. */
class RightsTest {
  @TempDir Path temp;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(AllCommands.list(), temp);
    for (String side : new String[] {"original", "ours"}) {
      Path service = temp.resolve(side + "/s");
      Files.createDirectories(service.resolve("supervise"));
      Files.createDirectory(service.resolve("event"));
      String control = service.resolve("supervise/control").toString();
      assertEquals(0, new ProcessBuilder("mkfifo", control).start().waitFor());
      mode(service, "supervise", 0700);
      mode(service, "supervise/control", 0600);
      mode(service, "event", 03730);
    }
  }

  @AfterEach
  void stop() throws IOException {
    both.close();
  }

  private static void mode(Path service, String file, int mode) throws IOException {
    Files.setAttribute(service.resolve(file), "unix:mode", mode);
  }

  private static List<String> rights(Path service) throws IOException {
    List<String> rights = new ArrayList<>();
    for (String file : new String[] {"supervise", "supervise/control", "event"}) {
      Path path = service.resolve(file);
      rights.add(
          Integer.toOctalString((int) Files.getAttribute(path, "unix:mode"))
              + " "
              + Files.getAttribute(path, "unix:gid"));
    }
    return rights;
  }

  /** Debian's on one and ours on the other say and do the same. */
  private Outcome assertSame(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("s6-svperms"));
    words.addAll(List.of(options));
    words.add("s");
    String[] all = words.toArray(String[]::new);
    Outcome original = inside("original", all);
    Outcome ours = inside("ours", all);
    assertEquals(original.code(), ours.code(), words + ours.stderr());
    assertEquals(original.stdout(), ours.stdout(), words.toString());
    // Debian's messages have a stray colon.
    assertEquals(
        original.stderr().replace("fatal: : ", "fatal: "), ours.stderr(), words.toString());
    assertEquals(rights(temp.resolve("original/s")), rights(temp.resolve("ours/s")));
    return ours;
  }

  private Outcome inside(String side, String... words) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", "cd " + side + " && exec \"$@\"", "sh"));
    all.addAll(List.of(words));
    String[] line = all.toArray(String[]::new);
    return side.equals("ours") ? both.ours(line) : both.original(Map.of(), line);
  }

  @Test
  void rights_are_told_and_changed_as_by_the_original() throws IOException {
    assertTrue(assertSame().stdout().startsWith("s status: owner\ns control: owner\n"));
    assertSame("-v");
    assertSame("-v", "-u");
    assertSame("-o");
    assertSame("-ve");
    assertSame("-v", "-u", "-o");
    assertSame("-u");
  }

  @Test
  void groups_are_given_rights_by_name() throws IOException {
    // Only root can give to any group.
    if ((int) Files.getAttribute(temp, "unix:uid") == 0) {
      assertSame("-v", "-G", "daemon", "-E", "daemon");
      assertSame("-v", "-g", "daemon");
      assertSame("-v", "-O", "daemon", "-e");
      assertSame("-v", "-E", "root", "-o");
    }
    assertSame("-v", "-g", "no-such-group");
  }

  @Test
  void groups_are_given_rights_by_number() throws IOException {
    String own = Files.getAttribute(temp, "unix:gid").toString();
    assertEquals(0, inside("ours", "s6-svperms", "-g", ":" + own, "s").code());
    assertEquals(
        List.of("40710 " + own, "10600 " + own), rights(temp.resolve("ours/s")).subList(0, 2));
  }

  @Test
  void what_is_not_as_it_must_be_is_warned_of() throws IOException {
    for (String side : new String[] {"original", "ours"}) {
      mode(temp.resolve(side + "/s"), "supervise/control", 0700);
    }
    assertSame();
    for (String side : new String[] {"original", "ours"}) {
      mode(temp.resolve(side + "/s"), "supervise", 0777);
      mode(temp.resolve(side + "/s"), "event", 0755);
    }
    assertSame();
    assertSame("-u", "none");
    assertSame("none");
    assertSame("-x");
  }
}
