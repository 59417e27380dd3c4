package s6j.commands.portable.text;

import java.io.ByteArrayOutputStream;
import s6j.chain.CommandException;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;

/**
 * Passes on some of the fields of each line. Only a first field has to fit in memory: until a
 * delimiter is seen, it may be all of a line that is passed on whole, or not at all.
 */
final class FieldCutter implements Cutter {
  private final Transfer out;
  private final Positions positions;
  private final byte delimiter;
  private final boolean onlyDelimited;
  private final ByteArrayOutputStream first = new ByteArrayOutputStream();

  /** The number of the field that the next byte is of. */
  private long field = 1;

  private boolean begun;
  private boolean printed;
  private boolean selected;

  /**
   * @param onlyDelimited whether lines without delimiter are left out
   */
  FieldCutter(Transfer out, Positions positions, byte delimiter, boolean onlyDelimited) {
    this.out = out;
    this.positions = positions;
    this.delimiter = delimiter;
    this.onlyDelimited = onlyDelimited;
  }

  @Override
  public void take(byte[] piece) throws CommandException {
    int start = 0;
    for (int i = 0; i < piece.length; i++) {
      if (piece[i] == '\n') {
        part(piece, start, i);
        endLine();
        start = i + 1;
      } else if (piece[i] == delimiter) {
        part(piece, start, i);
        nextField();
        start = i + 1;
      }
    }
    part(piece, start, piece.length);
    begun |= start < piece.length;
  }

  private void part(byte[] piece, int start, int end) throws CommandException {
    if (field > 1) {
      if (selected) {
        out.put(piece, start, end);
      }
      return;
    }
    first.write(piece, start, end - start);
    if (first.size() > Lines.LENGTH_MAX) {
      throw CommandException.fatal(
          CommandException.SYSTEM,
          "unable to read line: no delimiter within " + Lines.LENGTH_MAX + " bytes");
    }
  }

  private void nextField() throws CommandException {
    begun = true;
    if (field == 1 && positions.has(1)) {
      out.put(first.toByteArray(), 0, first.size());
      printed = true;
    }
    field++;
    selected = positions.has(field);
    if (selected) {
      if (printed) {
        out.put(delimiter);
      }
      printed = true;
    }
  }

  private void endLine() throws CommandException {
    if (field > 1) {
      out.put('\n');
    } else if (!onlyDelimited) {
      out.put(first.toByteArray(), 0, first.size());
      out.put('\n');
    }
    first.reset();
    field = 1;
    begun = false;
    printed = false;
    selected = false;
  }

  @Override
  public void end() throws CommandException {
    if (begun) {
      endLine();
    }
  }
}
