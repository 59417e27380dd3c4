package s6j.execline;

/**
 * What is not compared in messages: the text of a synopsis, which is ours, and what our complaints
 * add to those of the original (the place of a syntax error, what was found and expected).
 */
final class Messages {
  private Messages() {}

  static String comparable(String stderr) {
    StringBuilder kept = new StringBuilder();
    for (String line : stderr.split("\n")) {
      kept.append(line(line)).append('\n');
    }
    return stderr.isEmpty() ? "" : kept.toString();
  }

  private static String line(String line) {
    int usage = line.indexOf(": usage: ");
    if (usage >= 0) {
      // The original calls two of its commands by the name they are installed under.
      return line.substring(0, usage).replace("execline-", "") + ": usage";
    }
    if (line.startsWith("execline-cd: ") || line.startsWith("execline-umask: ")) {
      return line.substring("execline-".length());
    }
    if (line.startsWith("case: fatal: ") && line.contains(" \"")) {
      // The original shows another expression than the one that is wrong.
      return "case: fatal: bad expression" + line.substring(line.lastIndexOf("\": "));
    }
    return line.replaceAll(
        "( in file [^ ]+)?: line [0-9]+, column [0-9]+: found .*|(: found .*)?, expected .*", "");
  }
}
