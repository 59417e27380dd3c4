package s6j.commands.portable.text;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Descriptor;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;

/**
 * {@code s6-sort}: the lines of stdin in order. What does not fit in memory is sorted in temporary
 * files, so that large inputs do no harm to the runtime.
 */
final class S6Sort extends PortableCommand {
  S6Sort() {
    super("s6-sort", "[ -b ] [ -c ] [ -f ] [ -r ] [ -u ] [ -0 ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "bcfru0");
    LineOrder order = new LineOrder(options.has('b'), options.has('f'), options.has('r'));
    byte separator = (byte) (options.has('0') ? 0 : '\n');
    Transfer out = new Transfer(call.posix());
    Lines lines = new Lines(out, Descriptor.STDIN, separator, SpilledRuns.LINE_MAX);
    if (options.has('c')) {
      return Next.exit(isSorted(lines, order, options.has('u')) ? 0 : 1);
    }
    LineSink sink =
        (from, start, end) -> {
          out.put(from, start, end);
          out.put(separator);
        };
    sort(call, lines, order, separator, options.has('u') ? LineSink.unique(order, sink) : sink);
    out.flush();
    return Next.exit(0);
  }

  private static boolean isSorted(Lines lines, LineOrder order, boolean unique)
      throws CommandException {
    byte[] before = null;
    while (lines.next()) {
      if (before != null) {
        int steps =
            order.compare(before, 0, before.length, lines.buffer(), lines.start(), lines.end());
        if (steps > 0 || unique && steps == 0) {
          return false;
        }
      }
      before = lines.copy();
    }
    return true;
  }

  private static void sort(
      Invocation call, Lines lines, LineOrder order, byte separator, LineSink sink)
      throws CommandException {
    SpilledRuns spilled = new SpilledRuns(call, order, separator);
    try (SortedRun run = new SortedRun(order)) {
      while (lines.next()) {
        if (!run.add(lines.buffer(), lines.start(), lines.end())) {
          spilled.add(run);
          run.add(lines.buffer(), lines.start(), lines.end());
        }
      }
      if (spilled.isEmpty()) {
        run.drainTo(sink);
        return;
      }
      spilled.add(run);
    }
    spilled.drainTo(sink);
  }
}
