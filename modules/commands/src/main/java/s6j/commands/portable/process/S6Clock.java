package s6j.commands.portable.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.TaiLabel;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Syscall;
import s6j.supervise.Tai;

/** {@code s6-clock}: says what time it is, as a TAI64N label, or makes it so. */
final class S6Clock extends PortableCommand {
  private static final int REALTIME = 0;

  /** 2017-01-01T00:00:00Z: from here on TAI is ahead of UTC by as much as it is now. */
  private static final Instant STEADY = Instant.ofEpochSecond(1_483_228_800L);

  S6Clock() {
    super("s6-clock", "[ label ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    if (call.arguments().size() <= first) {
      call.print(Bytes.of(Tai.of(Instant.now()).label() + "\n"));
    } else {
      set(call, time(call.arguments().get(first)));
    }
    return Next.exit(0);
  }

  private Instant time(Bytes label) throws CommandException {
    TaiLabel parsed = TaiLabel.parse(label.toArray(), 0, label.length());
    if (parsed == null || label.length() != TaiLabel.LENGTH) {
      throw usage();
    }
    long sinceSteady = parsed.seconds() - Tai.of(STEADY).seconds();
    if (sinceSteady < 0 || sinceSteady > Integer.MAX_VALUE * 4L) {
      throw CommandException.fatal(
          CommandException.USAGE, label + " is not a label of a time since 2017");
    }
    return STEADY.plusSeconds(sinceSteady).plusNanos(parsed.nanos());
  }

  private static void set(Invocation call, Instant time) throws CommandException {
    byte[] timespec =
        ByteBuffer.allocate(16)
            .order(ByteOrder.nativeOrder())
            .putLong(time.getEpochSecond())
            .putLong(time.getNano())
            .array();
    CallList calls = new CallList();
    calls.add(Syscall.CLOCK_SETTIME, number(REALTIME), bytes(timespec));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("set clock", e);
    }
  }
}
