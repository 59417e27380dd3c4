package s6j.attrs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.env.Accounts;
import s6j.posix.Bytes;

/** The lines of rule files, and what is said of those that make no sense. */
class RuleFileTest {
  private final List<String> said = new ArrayList<>();

  private List<AttributeRule> parse(String text) {
    Accounts accounts = Accounts.of(Bytes.of("daemon:x:2:3:::"), Bytes.EMPTY);
    return RuleFile.parse("F", Bytes.of(text), () -> accounts, new Report(said::add, true));
  }

  private static AttributeRule rule(
      String where, String path, boolean recursive, int fmode, int dmode) {
    return new AttributeRule(where, PathPattern.of(Bytes.of(path)), recursive, 2, 3, fmode, dmode);
  }

  @Test
  void a_line_is_path_recurse_account_fmode_dmode() {
    assertEquals(
        List.of(rule("F: line 1", "/a", true, 0600, 02700)), parse("/a true daemon 0600 2700\n"));
    assertEquals(List.of(), said);
  }

  @Test
  void blanks_comments_and_a_missing_last_newline_do_no_harm() {
    assertEquals(
        List.of(
            rule("F: line 4", "/a", false, 0644, 0755),
            rule("F: line 5", "/b", false, 0644, 01777)),
        parse(
            "# a comment\n\n#/x true daemon 0644 0755\n \t/a\t\tfalse  daemon 0644 0755 # why\r\n"
                + "/b false daemon 644 1777"));
    assertEquals(List.of(), said);
  }

  @Test
  void a_dash_leaves_modes_alone() {
    AttributeRule rule = parse("/a false daemon - -").getFirst();
    assertEquals(AttributeRule.LEAVE, rule.fileMode());
    assertEquals(AttributeRule.LEAVE, rule.directoryMode());
  }

  @Test
  void an_unknown_account_is_told_with_file_and_line_and_the_next_line_counts() {
    assertEquals(1, parse("/a false mysql 0644 0755\n/b false daemon 0644 0755").size());
    assertEquals(
        List.of("fix-attrs: warning: F: line 1: unknown user: mysql; the line is skipped"), said);
  }

  @Test
  void a_missing_dmode_leaves_directories_alone_and_less_is_no_rule() {
    assertEquals(AttributeRule.LEAVE, parse("/a false daemon 0644").getFirst().directoryMode());
    assertEquals(List.of(), parse("/a false daemon"));
    assertEquals(
        List.of(
            "fix-attrs: warning: F: line 1: dmode is missing; the modes of directories are left alone",
            "fix-attrs: warning: F: line 1: expected path, recurse, account, fmode and dmode, got 3 words"),
        said);
  }

  @Test
  void modes_that_are_not_octal_and_recurse_that_is_no_truth_value_are_told() {
    AttributeRule rule = parse("/a maybe daemon u+x 17777 more").getFirst();
    assertEquals(rule("F: line 1", "/a", false, AttributeRule.LEAVE, AttributeRule.LEAVE), rule);
    assertEquals(
        List.of(
            "fix-attrs: warning: F: line 1: words after dmode are ignored, beginning with \"more\"",
            "fix-attrs: warning: F: line 1: expected true or false for recurse, got \"maybe\"; taken as"
                + " false",
            "fix-attrs: warning: F: line 1: expected an octal mode up to 7777, or -, for fmode, got \"u+x\";"
                + " modes are left alone",
            "fix-attrs: warning: F: line 1: expected an octal mode up to 7777, or -, for dmode, got"
                + " \"17777\"; modes are left alone"),
        said);
  }
}
