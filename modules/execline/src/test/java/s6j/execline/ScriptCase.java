package s6j.execline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A case of the corpus: a script, and how it is run. The README of the corpus has the format of its
 * files.
 *
 * @param name its topic and its own name; a case of one line is named by that line
 * @param options the options of execlineb
 * @param fromFile whether the script is run from a file, not as an argument
 */
record ScriptCase(
    String name,
    String script,
    List<String> options,
    List<String> arguments,
    String stdin,
    Map<String, String> environment,
    boolean fromFile) {

  /** All cases, in the order of topics and files. */
  static List<ScriptCase> readAll(Path corpus) throws IOException {
    List<ScriptCase> cases = new ArrayList<>();
    try (var files = Files.walk(corpus)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".cases")).sorted().toList()) {
        String topic = corpus.relativize(file).toString().replace(".cases", "");
        read(topic, Files.readAllLines(file, StandardCharsets.ISO_8859_1), cases);
      }
    }
    return cases;
  }

  private static void read(String topic, List<String> lines, List<ScriptCase> cases) {
    for (int i = 0; i < lines.size(); ) {
      String line = lines.get(i++);
      if (line.startsWith("-- ")) {
        cases.add(of(topic, line.substring(3), List.of(line.substring(3))));
      } else if (line.startsWith("== ")) {
        List<String> body = new ArrayList<>();
        while (i < lines.size()
            && !lines.get(i).startsWith("-- ")
            && !lines.get(i).startsWith("== ")) {
          body.add(lines.get(i++));
        }
        cases.add(of(topic, line.substring(3), body));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new IllegalStateException(
            topic
                + ": line "
                + i
                + ": found \""
                + line
                + "\", expected a case (== or --) or a comment");
      }
    }
  }

  private static ScriptCase of(String topic, String name, List<String> body) {
    List<String> options = List.of("-P");
    List<String> arguments = List.of();
    String stdin = "";
    Map<String, String> environment = new TreeMap<>();
    boolean fromFile = false;
    StringBuilder script = new StringBuilder();
    for (String line : body) {
      if (line.startsWith("@options")) {
        options = words(line);
      } else if (line.startsWith("@args")) {
        arguments = words(line);
      } else if (line.startsWith("@stdin ")) {
        stdin = unescape(line.substring(7));
      } else if (line.startsWith("@env ")) {
        int equals = line.indexOf('=');
        environment.put(line.substring(5, equals), unescape(line.substring(equals + 1)));
      } else if (line.equals("@file")) {
        fromFile = true;
      } else if (line.startsWith("@raw ")) {
        script.append(unescape(line.substring(5)));
      } else {
        script.append(line).append('\n');
      }
    }
    String text = script.toString();
    while (text.endsWith("\n")) {
      text = text.substring(0, text.length() - 1);
    }
    return new ScriptCase(
        topic + ": " + name, text, options, arguments, stdin, environment, fromFile);
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    for (String word : line.split(" ")) {
      if (!word.startsWith("@")) {
        words.add(unescape(word));
      }
    }
    return words;
  }

  /** {@code \n}, {@code \t}, {@code \s} (a space), {@code \\} and {@code \xHH}; \e is nothing. */
  static String unescape(String text) {
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '\\') {
        plain.append(c);
        continue;
      }
      switch (text.charAt(++i)) {
        case 'n' -> plain.append('\n');
        case 't' -> plain.append('\t');
        case 's' -> plain.append(' ');
        case 'e' -> {}
        case 'x' -> {
          plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }
}
