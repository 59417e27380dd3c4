package s6j.attrs;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * The text of a rule file: {@code path recurse account fmode dmode} on each line, separated by runs
 * of spaces and tabs. Blank lines, and those whose first word begins with {@code #}, say nothing. A
 * line that is not understood is told of and skipped.
 */
final class RuleFile {
  private static final int WORDS = 5;

  private final String source;
  private final AccountWord.Source accounts;
  private final Report report;
  private final List<AttributeRule> rules = new ArrayList<>();

  private RuleFile(String source, AccountWord.Source accounts, Report report) {
    this.source = source;
    this.accounts = accounts;
    this.report = report;
  }

  /**
   * The rules of a text, in order.
   *
   * @param source the name of the file, for messages
   */
  static List<AttributeRule> parse(
      String source, Bytes text, AccountWord.Source accounts, Report report) {
    RuleFile file = new RuleFile(source, accounts, report);
    int number = 1;
    for (int at = 0; at < text.length(); number++) {
      int newline = text.indexOf('\n', at);
      int end = newline < 0 ? text.length() : newline;
      file.line(number, text.slice(at, end));
      at = end + 1;
    }
    return file.rules;
  }

  private void line(int number, Bytes line) {
    String where = source + ": line " + number;
    // A file that was written on Windows has a carriage return at the end of each line.
    List<Bytes> words =
        (line.endsWith((byte) '\r') ? line.slice(0, line.length() - 1) : line).words();
    if (words.isEmpty() || words.getFirst().at(0) == '#') {
      return;
    }
    if (words.size() < WORDS - 1) {
      report.rule(
          where,
          "expected path, recurse, account, fmode and dmode, got " + words.size() + " words");
      return;
    }
    if (words.size() < WORDS) {
      report.rule(where, "dmode is missing; the modes of directories are left alone");
    } else if (words.size() > WORDS && words.get(WORDS).at(0) != '#') {
      report.rule(
          where, "words after dmode are ignored, beginning with \"" + words.get(WORDS) + "\"");
    }
    try {
      AccountWord.Ids ids = AccountWord.resolve(words.get(2), accounts);
      rules.add(
          new AttributeRule(
              where,
              PathPattern.of(words.get(0)),
              recurse(where, words.get(1)),
              ids.uid(),
              ids.gid(),
              mode(where, "fmode", words.get(3)),
              words.size() < WORDS ? AttributeRule.LEAVE : mode(where, "dmode", words.get(4))));
    } catch (AccountWord.UnknownAccount e) {
      report.rule(where, e.getMessage() + "; the line is skipped");
    } catch (PosixException e) {
      report.rule(where, "unable to read accounts: " + e.getMessage() + "; the line is skipped");
    }
  }

  private boolean recurse(String where, Bytes word) {
    if (!word.is("true") && !word.is("false")) {
      report.rule(
          where, "expected true or false for recurse, got \"" + word + "\"; taken as false");
    }
    return word.is("true");
  }

  private int mode(String where, String which, Bytes word) {
    if (word.is("-")) {
      return AttributeRule.LEAVE;
    }
    int mode = 0;
    for (int i = 0; i < word.length() && mode <= 07777; i++) {
      int digit = word.at(i) - '0';
      mode = digit < 0 || digit > 7 ? 010000 : mode * 8 + digit;
    }
    if (mode > 07777) {
      report.rule(
          where,
          "expected an octal mode up to 7777, or -, for "
              + which
              + ", got \""
              + word
              + "\"; modes are left alone");
      return AttributeRule.LEAVE;
    }
    return mode;
  }
}
