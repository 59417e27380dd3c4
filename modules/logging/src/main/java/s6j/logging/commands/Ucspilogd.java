package s6j.logging.commands;

import java.io.ByteArrayOutputStream;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code ucspilogd}: turns what a syslog client sends into lines: the values of the variables that
 * are named, facility and level in words, the text.
 */
final class Ucspilogd implements Command {
  private static final String USAGE = "ucspilogd [ -D default ] [ var... ]";
  private static final String[] FACILITIES = {
    "kern",
    "user",
    "mail",
    "daemon",
    "auth",
    "syslog",
    "lpr",
    "news",
    "uucp",
    "cron",
    "authpriv",
    "ftp",
    "unknown",
    "unknown",
    "unknown",
    "unknown",
    "local0",
    "local1",
    "local2",
    "local3",
    "local4",
    "local5",
    "local6",
    "local7",
    "mark"
  };
  private static final String[] LEVELS = {
    "emerg", "alert", "crit", "err", "warn", "notice", "info", "debug"
  };
  private static final int DIGITS_MAX = 9;

  @Override
  public String name() {
    return "ucspilogd";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "D:", USAGE);
    Bytes undefined = options.argument('D');
    Bytes separator = Bytes.of(": ");
    Bytes head = Bytes.EMPTY;
    for (int i = options.end(); i < call.arguments().size(); i++) {
      Bytes value = call.environment().get(call.arguments().get(i));
      Bytes shown = value != null ? value : undefined != null ? undefined : Bytes.of("<undefined>");
      head = head.plus(shown).plus(separator);
    }
    byte[] before = head.toArray();
    LineFilter.run(
        call.posix(),
        true,
        true,
        (from, start, end, to) -> {
          to.writeBytes(before);
          int priority = priority(from, start, end, to);
          to.write(from, start + priority, end - start - priority);
        });
    return Next.exit(0);
  }

  /** Writes the words for {@code <N>}; returns how long that is, 0 when it is not there. */
  private static int priority(byte[] from, int start, int end, ByteArrayOutputStream to) {
    if (start == end || from[start] != '<') {
      return 0;
    }
    int value = 0;
    int at = start + 1;
    while (at < end && from[at] >= '0' && from[at] <= '9' && at - start <= DIGITS_MAX) {
      value = value * 10 + from[at++] - '0';
    }
    if (at == start + 1 || at == end || from[at] != '>') {
      return 0;
    }
    int facility = value >> 3;
    String words =
        (facility < FACILITIES.length ? FACILITIES[facility] : "unknown")
            + "."
            + LEVELS[value & 7]
            + ": ";
    to.writeBytes(Bytes.of(words).toArray());
    return at + 1 - start;
  }
}
