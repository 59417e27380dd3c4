package s6j.commands.portable.process;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.nothing;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/** {@code s6-sleep}: waits, then goes on as a program, if one is given. */
final class S6Sleep extends PortableCommand {
  private static final long NANOS = 1_000_000_000L;
  private static final long NANOS_OF_MILLI = 1_000_000L;

  S6Sleep() {
    super("s6-sleep", "[ -m ] time [ prog... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "m");
    long time = unsigned(argument(call, options.end()));
    sleep(call.posix(), time * (options.has('m') ? NANOS_OF_MILLI : NANOS));
    int program = options.end() + 1;
    return program < call.arguments().size()
        ? call.exec(program, call.environment())
        : Next.exit(0);
  }

  /** Waits within the process; a signal that it survives does not shorten that. */
  private static void sleep(Posix posix, long nanos) {
    long deadline = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = deadline - System.nanoTime()) {
      byte[] timespec =
          ByteBuffer.allocate(16)
              .order(ByteOrder.nativeOrder())
              .putLong(left / NANOS)
              .putLong(left % NANOS)
              .array();
      CallList calls = new CallList();
      calls.attempt(Syscall.PPOLL, nothing(), nothing(), bytes(timespec), nothing(), nothing());
      posix.attempt(calls);
    }
  }
}
