package s6j.attrs;

import s6j.posix.Bytes;
import s6j.posix.Errno;

/**
 * Says what went wrong, a line each. What a process that is not root may not do is said once, with
 * a count at the end: in a container of an ordinary user it would be the same line for every file.
 */
final class Report {
  private static final String PREFIX = "fix-attrs: warning: ";

  private final Messages messages;
  private final boolean root;
  private int changed;
  private int failed;
  private int notAllowed;

  Report(Messages messages, boolean root) {
    this.messages = messages;
    this.root = root;
  }

  /** Something is wrong with a line of a rule file, or with the file. */
  void rule(String where, String what) {
    failed++;
    messages.say(PREFIX + where + ": " + what);
  }

  /** Something could not be done to an object. */
  void object(String where, String what, Bytes path, Errno reason) {
    failed++;
    boolean permission = reason.equals(Errno.EPERM) || reason.equals(Errno.EACCES);
    if (!root && permission && notAllowed++ > 0) {
      return;
    }
    String line = PREFIX + where + ": unable to " + what + " " + path + ": " + reason.text();
    messages.say(!root && permission ? line + " (not running as root)" : line);
  }

  void changed() {
    changed++;
  }

  int changes() {
    return changed;
  }

  int failures() {
    return failed;
  }

  /** Says how often it was not allowed, if more than once, and starts to count anew. */
  void end() {
    if (notAllowed > 1) {
      messages.say(
          PREFIX + "not running as root: " + (notAllowed - 1) + " more changes were not permitted");
    }
    notAllowed = 0;
  }
}
