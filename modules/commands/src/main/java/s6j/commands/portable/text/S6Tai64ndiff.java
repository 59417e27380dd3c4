package s6j.commands.portable.text;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.TaiLabel;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/**
 * {@code s6-tai64ndiff}: lines with the time since the line before in place of their TAI64N label:
 * seconds, in 11 places, and nine digits after the point. Blank for the first line; also for a line
 * without label, before which it is put.
 */
final class S6Tai64ndiff extends PortableCommand {
  private static final int PLACES = 21;
  private static final long NANOS = 1_000_000_000L;

  S6Tai64ndiff() {
    super("s6-tai64ndiff", "");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    options(call, "");
    Transfer out = new Transfer(call.posix());
    try (Lines lines = Lines.ofStdin(out)) {
      TaiLabel before = null;
      while (lines.next()) {
        TaiLabel label = TaiLabel.parse(lines.buffer(), lines.start(), lines.end());
        out.put(field(label == null || before == null ? "" : difference(before, label)));
        if (label == null) {
          out.put(' ');
          out.put(lines.buffer(), lines.start(), lines.end());
        } else {
          out.put(lines.buffer(), lines.start() + TaiLabel.LENGTH, lines.end());
          before = label;
        }
        if (lines.terminated()) {
          out.put('\n');
        }
      }
    }
    out.flush();
    return Next.exit(0);
  }

  private static Bytes field(String content) {
    return Bytes.of("[" + " ".repeat(Math.max(0, PLACES - content.length())) + content + "]");
  }

  private static String difference(TaiLabel from, TaiLabel to) {
    long seconds = to.seconds() - from.seconds();
    long nanos = to.nanos() - from.nanos();
    boolean negative = seconds < 0 || seconds == 0 && nanos < 0;
    if (negative) {
      seconds = -seconds;
      nanos = -nanos;
    }
    if (nanos < 0) {
      seconds--;
      nanos += NANOS;
    }
    // The digit in front keeps the zeros.
    String digits = Long.toString(NANOS + nanos).substring(1);
    return (negative ? "-" : "") + seconds + "." + digits;
  }
}
