package s6j.commands.access;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.commands.comparison.Originals;
import s6j.posix.Bytes;
import s6j.testing.CommandRunner.Outcome;

/** Access rules: a directory and a cdb say the same, and the same as the original's. */
class AccessCommandsTest {
  private static final String FROM_FS = "s6-accessrules-cdb-from-fs";
  private static final String FROM_CDB = "s6-accessrules-fs-from-cdb";

  @TempDir Path directory;
  private Originals both;

  @BeforeEach
  void start() throws Exception {
    both = Originals.of(AccessCommands.all(), directory);
  }

  @AfterEach
  void stop() throws Exception {
    both.close();
  }

  private void rule(String key, String... files) throws Exception {
    Path place = Files.createDirectories(directory.resolve("rules").resolve(key));
    for (String file : files) {
      int colon = file.indexOf(':');
      Path path = place.resolve(colon < 0 ? file : file.substring(0, colon));
      Files.createDirectories(path.getParent());
      Files.writeString(path, colon < 0 ? "" : file.substring(colon + 1));
    }
  }

  private void rules() throws Exception {
    rule("uid/0", "allow", "env/FOO:hello\n", "env/BAR:two\nlines", "env/UNSET", "env/NONE: \n");
    rule("uid/0", "env/NUL:a\0b\n", "env/.hidden:x");
    rule("uid/7", "allow", "exec:echo from exec");
    rule("uid/default", "deny");
    rule("uid/8", "neither");
    rule("gid/self", "allow", "deny");
    for (int i = 1000; i < 1120; i++) {
      rule("gid/" + i, "allow", "env/I:" + i);
    }
  }

  @Test
  void the_cdb_is_that_of_the_original_byte_for_byte() throws Exception {
    rules();
    assertEquals(new Outcome(0, "", ""), both.original(Map.of(), FROM_FS, "theirs", "rules"));
    assertEquals(new Outcome(0, "", ""), both.ours(FROM_FS, "ours", "rules"));
    assertArrayEquals(
        Files.readAllBytes(directory.resolve("theirs")),
        Files.readAllBytes(directory.resolve("ours")));
    assertEquals("600\n", both.ours("stat", "-c", "%a", "ours").stdout());
    assertEquals(0, both.ours(FROM_FS, "-m", "644", "ours", "rules").code());
    assertEquals("644\n", both.ours("stat", "-c", "%a", "ours").stdout());
    assertEquals("ours rules theirs\n", both.ours("sh", "-c", "echo *").stdout());
  }

  @Test
  void the_directory_is_made_again_as_the_original_makes_it() throws Exception {
    rules();
    assertEquals(0, both.ours(FROM_FS, "cdb", "rules").code());
    assertEquals(new Outcome(0, "", ""), both.original(Map.of(), FROM_CDB, "theirs", "cdb"));
    assertEquals(new Outcome(0, "", ""), both.ours(FROM_CDB, "ours", "cdb"));
    assertEquals(new Outcome(0, "", ""), both.ours("diff", "-r", "theirs", "ours"));
    assertEquals("hello\n", Files.readString(directory.resolve("ours/uid/0/env/FOO")));
  }

  @Test
  void what_cannot_be_read_is_said_and_nothing_is_left_behind() throws Exception {
    for (String[] words :
        new String[][] {
          {FROM_FS},
          {FROM_FS, "cdb", "missing"},
          {FROM_FS, "no/cdb", "."},
          {FROM_CDB},
          {FROM_CDB, "made", "missing"},
          {FROM_CDB, ".", "missing"}
        }) {
      Outcome ours = both.ours(words);
      assertEquals(both.original(Map.of(), words).code(), ours.code(), String.join(" ", words));
      assertEquals(1, ours.stderr().lines().count());
    }
    assertEquals("*\n", both.ours("sh", "-c", "echo *").stdout());
    rules();
    assertEquals(0, both.ours(FROM_FS, "cdb", "rules").code());
    byte[] whole = Files.readAllBytes(directory.resolve("cdb"));
    for (int size : new int[] {0, 100, 2048, 2100}) {
      Files.write(directory.resolve("cdb"), java.util.Arrays.copyOf(whole, size));
      Outcome outcome = both.ours(FROM_CDB, "made" + size, "cdb");
      assertEquals(
          new Outcome(
              111, "", FROM_CDB + ": fatal: unable to check cdb ruleset in cdb: invalid cdb\n"),
          outcome);
    }
  }

  @Test
  void a_cdb_cannot_make_files_elsewhere() throws Exception {
    List<Cdb.Entry> entries = List.of(new Cdb.Entry(Bytes.of("uid/../../x"), Bytes.of("D")));
    Files.write(directory.resolve("cdb"), Cdb.write(entries).toArray());
    assertEquals(111, both.ours(FROM_CDB, "made", "cdb").code());
    assertEquals("cdb made\n", both.ours("sh", "-c", "echo *").stdout());
  }

  @Test
  void every_record_of_a_cdb_is_found_and_nothing_else() throws Exception {
    List<Cdb.Entry> entries = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      entries.add(new Cdb.Entry(Bytes.of("key" + i), Bytes.of("data" + i * i)));
    }
    Cdb cdb = Cdb.of(Cdb.write(entries));
    for (Cdb.Entry entry : entries) {
      assertEquals(entry.data(), cdb.find(entry.key()));
      assertNull(cdb.find(entry.key().plus("x")));
    }
    assertEquals(entries, cdb.entries());
  }

  @Test
  void a_damaged_rule_is_none() {
    Rule rule = new Rule(true, List.of(Bytes.of("A=b"), Bytes.of("C")), Bytes.of("echo"));
    Bytes encoded = rule.encoded();
    assertEquals(rule, Rule.decode(encoded));
    assertEquals(Rule.DENY, Rule.decode(Rule.DENY.encoded()));
    for (int i = 0; i < encoded.length(); i++) {
      assertNull(Rule.decode(encoded.slice(0, i)));
    }
    assertNull(Rule.decode(encoded.plus("x")));
    assertNull(Rule.decode(Bytes.of("DD")));
  }
}
