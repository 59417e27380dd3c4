package s6j.logging.backend;

import java.io.ByteArrayOutputStream;
import java.util.List;
import s6j.logging.output.LineSink;
import s6j.logging.output.LineWriter;
import s6j.logging.output.Output;
import s6j.logging.script.Layout;
import s6j.logging.time.Stamps;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/**
 * Lines go to an output of the logger's process, which writes them in its own loop: nothing here
 * waits. Used by the thread of the logger.
 */
public final class OwnDestination implements LogDestination, LineSink {
  private final Output output;
  private final LineFormat format;
  private final ByteArrayOutputStream text = new ByteArrayOutputStream();

  OwnDestination(Output output, LineFormat format) {
    this.output = output;
    this.format = format;
  }

  @Override
  public boolean add(Layout layout, Stamps stamps, byte[] from, int start, int end) {
    byte[] bytes = LineWriter.composed(layout, stamps, from, start, end);
    write(List.of(new LogLine(stamps.time(), bytes)));
    return !output.ending();
  }

  @Override
  public void write(List<LogLine> batch) {
    for (LogLine line : batch) {
      text.reset();
      format.append(text, line);
      byte[] bytes = text.toByteArray();
      output.add(Layout.BARE, null, bytes, 0, bytes.length);
    }
  }

  /** The output is brought to its end by the logger, together with the others of its process. */
  @Override
  public void close() {
    text.reset();
  }
}
