package s6j.init;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * docs/commands, which {@code NAME --help} prints and manual pages are made of: what can be
 * compared with the commands is.
 */
class ManualTest {
  private static final Path PAGES = Path.of("../../docs/commands");
  private static final int WIDTH = 79;
  private static final int LENGTH = 70;

  /** Those of plugins: they are in no registry here. */
  private static final Set<String> OF_PLUGINS = Set.of("s6j-health");

  /** Those that take {@code --help} for data: an expression, or nothing that matters. */
  private static final Set<String> NOT_ANSWERING =
      Set.of("eltest", "s6-expr", "s6-false", "s6-test", "s6-true");

  /** Those whose pages have lists of operators, which are no options. */
  private static final Set<String> EXPRESSIONS = Set.of("eltest", "s6-expr", "s6-test");

  private static final Pattern OPTION = Pattern.compile("-(\\S)( \\S+)?");

  private static final Map<String, Command> COMMANDS = commands();
  private static final Map<String, List<String>> TEXTS = texts();

  private static Map<String, Command> commands() {
    Map<String, Command> commands = new TreeMap<>();
    for (Command command : Programs.commands()) {
      commands.put(command.name(), command);
    }
    return commands;
  }

  private static Map<String, List<String>> texts() {
    Map<String, List<String>> texts = new TreeMap<>();
    try (var files = Files.list(PAGES)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString().replaceFirst("\\.txt$", "");
        texts.put(name, Files.readAllLines(file, StandardCharsets.US_ASCII));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return texts;
  }

  @Test
  void every_command_has_a_page_and_every_page_is_about_one() {
    Set<String> known = new TreeSet<>(COMMANDS.keySet());
    known.addAll(OF_PLUGINS);
    assertEquals(known, TEXTS.keySet());
  }

  @Test
  void pages_have_the_form_that_the_manual_is_made_of() {
    List<String> problems = new ArrayList<>();
    TEXTS.forEach(
        (name, lines) -> {
          if (lines.size() < 4
              || !lines.get(0).matches(Pattern.quote(name) + " - [a-z].*[^.]")
              || !lines.get(1).isEmpty()
              || !lines.get(2).matches("usage: " + Pattern.quote(name) + "( .*)?")) {
            problems.add(name + " does not begin with its name, what it does, and its usage");
          }
          if (lines.size() > LENGTH) {
            problems.add(name + " has more than " + LENGTH + " lines");
          }
          for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            boolean twice = line.isEmpty() && (i + 1 == lines.size() || lines.get(i + 1).isEmpty());
            if (line.length() > WIDTH || !line.matches("|( {2,})?[!-~]|( {2,})?[!-~][ -~]*[!-~]")) {
              problems.add(name + ":" + (i + 1) + ": too long, or oddly blank: " + line);
            } else if (twice) {
              problems.add(name + ":" + (i + 1) + ": an empty line too many");
            }
          }
        });
    assertEquals(List.of(), problems);
  }

  @Test
  void the_usage_is_what_the_command_says_on_wrong_usage() {
    List<String> problems = new ArrayList<>();
    int compared = 0;
    for (Command command : COMMANDS.values()) {
      List<String> text = TEXTS.get(command.name());
      String said = usage(command);
      if (text != null && said != null) {
        compared++;
        String written = usage(text);
        // A list that is too long for a line is broken where the message has no blank.
        if (!written.replace(" ", "").equals("usage:" + said.replace(" ", ""))) {
          problems.add(written + "\n  but it says: " + said);
        }
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(compared > 0, "nothing was compared");
  }

  @Test
  void the_options_of_a_page_are_those_that_the_command_takes() {
    List<String> problems = new ArrayList<>();
    int compared = 0;
    for (Command command : COMMANDS.values()) {
      List<String> text = TEXTS.get(command.name());
      if (text == null || EXPRESSIONS.contains(command.name())) {
        continue;
      }
      Set<String> taken = options(command);
      Set<String> written = options(text);
      compared += taken.size();
      if (!taken.equals(written)) {
        problems.add(command.name() + " takes " + taken + ", its page has " + written);
      }
    }
    assertEquals(List.of(), problems);
    assertTrue(compared > 0, "nothing was compared");
  }

  @Test
  void what_a_page_refers_to_is_a_command() {
    List<String> problems = new ArrayList<>();
    TEXTS.forEach(
        (name, lines) -> {
          int at = 0;
          while (at < lines.size() && !lines.get(at).startsWith("see also: ")) {
            at++;
          }
          String all = String.join(" ", lines.subList(at, lines.size()));
          for (String other : all.isEmpty() ? List.<String>of() : list(all.substring(10))) {
            boolean known = COMMANDS.containsKey(other) || OF_PLUGINS.contains(other);
            if (!known || other.equals(name)) {
              problems.add(name + " refers to " + other);
            }
          }
        });
    assertEquals(List.of(), problems);
  }

  private static List<String> list(String names) {
    return List.of(names.split(", "));
  }

  @Test
  void a_command_answers_help_unless_the_word_is_data_to_it() {
    Set<String> not = new TreeSet<>();
    for (Command command : COMMANDS.values()) {
      if (!command.answersHelp()) {
        not.add(command.name());
        CommandException complaint = complaint(command, List.of(Bytes.of("--help")));
        assertTrue(complaint == null, command.name() + " refuses --help, so it may answer it");
      }
    }
    assertEquals(new TreeSet<>(NOT_ANSWERING), not);
  }

  /** What is said on wrong usage; null when nothing that this finds is wrong usage. */
  private static String usage(Command command) {
    for (List<Bytes> words : List.of(List.of(Bytes.of("-\1")), List.<Bytes>of())) {
      CommandException complaint = complaint(command, words);
      if (complaint != null && complaint.level().equals("usage")) {
        return complaint.getMessage();
      }
    }
    return null;
  }

  /** The options that a command takes, {@code -x} or {@code -x ARG}. */
  private static Set<String> options(Command command) {
    CommandException complaint = complaint(command, List.of(Bytes.of("-\1")));
    String letters = complaint == null ? null : complaint.letters();
    Set<String> options = new TreeSet<>();
    for (int i = 0; letters != null && i < letters.length(); i++) {
      if (letters.charAt(i) != ':') {
        boolean argument = i + 1 < letters.length() && letters.charAt(i + 1) == ':';
        options.add("-" + letters.charAt(i) + (argument ? " ARG" : ""));
      }
    }
    return options;
  }

  /**
   * What a command says of these words; null when it has nothing against them. There is no process:
   * one that has understood them fails when it wants to use it.
   */
  private static CommandException complaint(Command command, List<Bytes> words) {
    try {
      command.run(new Invocation(null, command.name(), words, Environment.EMPTY, null));
      return null;
    } catch (CommandException e) {
      return e;
    } catch (NullPointerException e) {
      return null;
    }
  }

  private static String usage(List<String> text) {
    StringBuilder usage = new StringBuilder();
    for (String line : text.subList(2, text.size())) {
      if (line.isEmpty()) {
        break;
      }
      usage.append(usage.isEmpty() ? "" : " ").append(line.strip());
    }
    return usage.toString();
  }

  /** The options that a page explains, {@code -x} or {@code -x ARG}. */
  private static Set<String> options(List<String> text) {
    Set<String> options = new TreeSet<>();
    for (String line : text) {
      if (!line.matches("  -.*")) {
        continue;
      }
      for (String option : list(line.strip().split(" {2,}")[0])) {
        Matcher matcher = OPTION.matcher(option);
        assertTrue(matcher.matches(), "no option: " + line);
        boolean fresh =
            options.add("-" + matcher.group(1) + (matcher.group(2) == null ? "" : " ARG"));
        assertTrue(fresh, text.getFirst() + " has twice: " + option);
      }
    }
    return options;
  }
}
