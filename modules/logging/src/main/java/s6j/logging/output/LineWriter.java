package s6j.logging.output;

import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;

/** How a line looks when it is written. */
final class LineWriter {
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

  /** Appends a line with its newline. */
  static void line(ByteQueue to, Layout layout, Stamps stamps, byte[] from, int start, int end) {
    head(to, layout, stamps);
    to.add(from, start, end);
    to.add('\n');
  }
}
