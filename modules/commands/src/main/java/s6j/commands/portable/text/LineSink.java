package s6j.commands.portable.text;

import s6j.chain.CommandException;

/** What sorted lines go to. */
@FunctionalInterface
interface LineSink {
  /** Takes the next line. */
  void take(byte[] from, int start, int end) throws CommandException;

  /** Passes on each line that differs from the one before. */
  static LineSink unique(LineOrder order, LineSink to) {
    return new LineSink() {
      private byte[] before;

      @Override
      public void take(byte[] from, int start, int end) throws CommandException {
        boolean same =
            before != null && order.compare(before, 0, before.length, from, start, end) == 0;
        if (!same) {
          before = java.util.Arrays.copyOfRange(from, start, end);
          to.take(from, start, end);
        }
      }
    };
  }
}
