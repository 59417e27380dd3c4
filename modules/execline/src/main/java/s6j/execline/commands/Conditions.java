package s6j.execline.commands;

import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.execline.process.Children;
import s6j.posix.WaitStatus;

/**
 * How the commands with a test read its outcome.
 *
 * @param negated {@code -n}: failure is success
 * @param crashIsFalse {@code -X}: a test that a signal ended is false; otherwise the command ends
 */
record Conditions(boolean negated, boolean crashIsFalse) {
  static Conditions of(Options options) {
    return new Conditions(options.has('n'), options.has('X'));
  }

  boolean isTrue(WaitStatus status) throws CommandException {
    if (status.signalled() && !crashIsFalse) {
      throw CommandException.fatal(
          Children.approximateCode(status), "child crashed with signal " + status.signal());
    }
    return (status.raw() == 0) != negated;
  }
}
