package s6j.logging.commands;

import java.io.ByteArrayOutputStream;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.logging.time.IsoTime;
import s6j.logging.time.LocalZone;
import s6j.logging.time.Tai64n;
import s6j.logging.time.Zone;

/**
 * {@code s6-tai64nlocal}: replaces the TAI64N label at the start of a line by local time, or by UTC
 * with {@code -g}. Other lines stay as they are.
 */
final class S6Tai64nlocal implements Command {
  private static final String USAGE = "s6-tai64nlocal [ -g ]";
  private static final long NANOS = 1_000_000_000L;

  /** Seconds from 1970 to the end of year 9999: what four digits can say. */
  private static final long LAST = 253402300799L;

  @Override
  public String name() {
    return "s6-tai64nlocal";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "g", USAGE);
    Zone zone = options.has('g') ? Zone.UTC : LocalZone.of(call.files(), call.environment());
    LineFilter.run(
        call.posix(),
        false,
        false,
        (from, start, end, to) -> {
          int label = translate(from, start, end, zone, to);
          to.write(from, start + label, end - start - label);
        });
    return Next.exit(0);
  }

  /** Writes the time of the label; returns how long the label is, 0 when there is none. */
  private static int translate(
      byte[] from, int start, int end, Zone zone, ByteArrayOutputStream to) {
    if (end - start < Tai64n.LENGTH || from[start] != '@') {
      return 0;
    }
    long seconds = Tai64n.parseHex(from, start + 1, 16);
    long nanos = Tai64n.parseHex(from, start + 17, 8);
    if (seconds < 0 || nanos < 0 || nanos >= NANOS) {
      return 0;
    }
    long unix = Tai64n.unixSeconds(seconds);
    if (unix < 0 || unix > LAST) {
      return 0;
    }
    byte[] time = new byte[IsoTime.LENGTH];
    IsoTime.format(unix, (int) nanos, zone, time, 0);
    if (Tai64n.isLeapSecond(seconds)) {
      time[17] = '6';
      time[18] = '0';
    }
    to.writeBytes(time);
    return Tai64n.LENGTH;
  }
}
