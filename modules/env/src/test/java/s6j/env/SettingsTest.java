package s6j.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/** The S6_ variables: defaults, units, and what becomes of values that make no sense. */
class SettingsTest {
  private static Settings settings(String... entries) {
    return Settings.of(Environment.ofEntries(Bytes.listOf(entries)));
  }

  @Test
  void without_variables_everything_is_as_documented() {
    Settings settings = settings();
    assertFalse(settings.is(Setting.S6_KEEP_ENV));
    assertEquals(0, settings.number(Setting.S6_BEHAVIOUR_IF_STAGE2_FAILS));
    assertEquals(5000, settings.number(Setting.S6_KILL_FINISH_MAXTIME));
    assertEquals(3000, settings.number(Setting.S6_SERVICES_GRACETIME));
    assertEquals(3000, settings.number(Setting.S6_KILL_GRACETIME));
    assertEquals(5000, settings.number(Setting.S6_CMD_WAIT_FOR_SERVICES_MAXTIME));
    assertEquals(Bytes.of("n20 s1000000 T"), settings.text(Setting.S6_LOGGING_SCRIPT));
    assertNull(settings.text(Setting.S6_CMD_ARG0));
    assertEquals(List.of(), settings.warnings());
  }

  /** The tables of variables name all settings and nothing else, with their defaults. */
  @Test
  void the_reference_names_every_setting_with_its_default() throws IOException {
    Map<String, String> documented = new TreeMap<>();
    for (String table :
        new String[] {
          "reference/environment.md#Variables that s6j reads",
          "plugins.md#What can be in /etc/s6/plugins"
        }) {
      documented.putAll(defaults(table));
    }
    Map<String, String> known = new TreeMap<>();
    for (Setting setting : Setting.values()) {
      Object text = setting.defaultText() == null ? "" : setting.defaultText();
      boolean isText = setting.kind() == Setting.Kind.TEXT;
      known.put(setting.name(), isText ? text.toString() : setting.defaultNumber() + "");
    }
    assertEquals(known, documented);
  }

  /** The first two cells of the rows below a heading. */
  private static Map<String, String> defaults(String table) throws IOException {
    String[] where = table.split("#");
    Map<String, String> all = new TreeMap<>();
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("../../docs", where[0]))) {
      if (line.startsWith("#")) {
        inside = line.equals("## " + where[1]);
      } else if (inside && line.startsWith("| `")) {
        String[] cells = line.replace("`", "").split("\\|");
        all.put(cells[1].strip(), cells[2].strip());
      }
    }
    return all;
  }

  @Test
  void values_are_read_from_the_environment() {
    Settings settings =
        settings("S6_KILL_GRACETIME=0", "S6_LOGGING=2", "S6_CMD_ARG0=", "S6_SYNC_DISKS=01");
    assertEquals(0, settings.number(Setting.S6_KILL_GRACETIME));
    assertEquals(2, settings.number(Setting.S6_LOGGING));
    assertEquals(Bytes.EMPTY, settings.text(Setting.S6_CMD_ARG0));
    assertTrue(settings.is(Setting.S6_SYNC_DISKS));
    assertEquals(List.of(), settings.warnings());
  }

  @Test
  void a_value_that_is_no_number_gives_a_warning_and_the_default() {
    Settings settings = settings("S6_KILL_GRACETIME=abc", "S6_READ_ONLY_ROOT=yes");
    assertEquals(3000, settings.number(Setting.S6_KILL_GRACETIME));
    assertFalse(settings.is(Setting.S6_READ_ONLY_ROOT));
    assertEquals(
        List.of(
            "s6-overlay: warning: S6_KILL_GRACETIME: expected a number of milliseconds, got \"abc\"; using"
                + " 3000",
            "s6-overlay: warning: S6_READ_ONLY_ROOT: expected a number (0 for no, 1 for yes), got \"yes\";"
                + " using 0"),
        settings.warnings());
  }

  @Test
  void empty_negative_and_enormous_times_are_no_times() {
    for (String bad : List.of("", "-5", "1.5", "5s", "0x10", "99999999999999999999", " 1", "+")) {
      Settings settings = settings("S6_SERVICES_GRACETIME=" + bad);
      assertEquals(3000, settings.number(Setting.S6_SERVICES_GRACETIME), bad);
      assertEquals(1, settings.warnings().size(), bad);
    }
  }

  @Test
  void a_warning_stays_on_one_line_whatever_the_value() {
    String warning = settings("S6_LOGGING=a\nb" + "x".repeat(1000)).warnings().getFirst();
    assertFalse(warning.contains("\n"));
    assertTrue(warning.length() < 200);
  }

  @Test
  void keep_env_is_off_only_for_the_number_0() {
    for (String off : List.of("S6_KEEP_ENV=0", "S6_KEEP_ENV=00", "S6_KEEP_ENV=-0", "OTHER=1")) {
      assertFalse(Settings.keepsEnvironment(Environment.ofEntries(Bytes.listOf(off))), off);
      assertFalse(settings(off).is(Setting.S6_KEEP_ENV), off);
    }
    for (String on : List.of("1", "-1", "yes", "", "7x")) {
      String entry = "S6_KEEP_ENV=" + on;
      assertTrue(Settings.keepsEnvironment(Environment.ofEntries(Bytes.listOf(entry))), on);
      assertTrue(settings(entry).is(Setting.S6_KEEP_ENV), on);
    }
    assertTrue(settings("S6_KEEP_ENV=yes").warnings().getFirst().endsWith("got \"yes\"; using 1"));
  }
}
