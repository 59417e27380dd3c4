package s6j.commands.portable.text;

import s6j.chain.CommandException;
import s6j.commands.portable.stream.Transfer;

/** Passes on the bytes at some positions of each line. A line need not fit in memory. */
final class ByteCutter implements Cutter {
  private final Transfer out;
  private final Positions positions;

  /** How many bytes of the line have been taken. */
  private long taken;

  ByteCutter(Transfer out, Positions positions) {
    this.out = out;
    this.positions = positions;
  }

  @Override
  public void take(byte[] piece) throws CommandException {
    int start = 0;
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] == '\n') {
        part(piece, start, i);
        out.put('\n');
        taken = 0;
        start = i + 1;
      }
    }
    part(piece, start, piece.length);
  }

  private void part(byte[] piece, int start, int end) throws CommandException {
    for (int i = 0; i < positions.ranges(); i++) {
      long from = Math.max(positions.first(i) - 1 - taken, 0);
      long to = Math.min(positions.last(i) - taken, end - start);
      if (from >= end - start) {
        break;
      }
      if (to > from) {
        out.put(piece, start + (int) from, start + (int) to);
      }
    }
    taken += end - start;
  }

  @Override
  public void end() throws CommandException {
    if (taken > 0) {
      out.put('\n');
    }
  }
}
