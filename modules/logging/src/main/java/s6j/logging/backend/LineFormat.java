package s6j.logging.backend;

import java.io.ByteArrayOutputStream;
import s6j.spi.log.LogLine;

/** How a line looks in a destination of our own. */
@FunctionalInterface
interface LineFormat {
  /** Appends the line, without a newline at its end. */
  void append(ByteArrayOutputStream to, LogLine line);
}
