package s6j.logging.output;

import java.util.Arrays;
import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;

/** How a line looks when it is written. */
public final class LineWriter {
  private static final byte[] NOTHING = {};

  private LineWriter() {}

  /** Appends what the layout puts before a line. */
  static void head(ByteQueue to, Layout layout, Stamps stamps) {
    if (layout.tai64n()) {
      to.add(stamps.label());
    }
    if (layout.iso()) {
      to.add(stamps.iso());
    }
    if (!layout.prefix().isEmpty()) {
      to.add(layout.prefix().toArray());
    }
  }

  /** A line with what the layout puts before it, and without its newline. */
  public static byte[] composed(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    if (layout.equals(Layout.BARE)) {
      return Arrays.copyOfRange(from, start, end);
    }
    ByteQueue line = new ByteQueue();
    head(line, layout, stamps);
    line.add(from, start, end);
    return line.first(line.size());
  }

  /** Appends a line with its newline. */
  static void line(ByteQueue to, Layout layout, Stamps stamps, byte[] from, int start, int end) {
    byte[] label = layout.tai64n() ? stamps.label() : NOTHING;
    byte[] iso = layout.iso() ? stamps.iso() : NOTHING;
    to.addLine(label, iso, layout.prefix(), from, start, end);
  }
}
