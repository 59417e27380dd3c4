package s6j.plugin.syslog;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import s6j.plugin.syslog.wire.Text;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** Each line as a message, a line that is too long as several with the same time. */
final class SyslogDestination implements LogDestination {
  private static final byte[] EMPTY = {};

  private final Transport transport;
  private final Format format;
  private final int maxSize;

  SyslogDestination(Transport transport, Format format, int maxSize) {
    this.transport = transport;
    this.format = format;
    this.maxSize = maxSize;
  }

  @Override
  public void write(List<LogLine> batch) throws IOException, InterruptedException {
    List<byte[]> messages = new ArrayList<>(batch.size());
    for (LogLine line : batch) {
      addMessages(messages, line);
    }
    transport.send(messages);
  }

  @Override
  public void close() throws IOException, InterruptedException {
    transport.close();
  }

  private void addMessages(List<byte[]> messages, LogLine line) {
    byte[] message = format.message(line.at(), line.bytes());
    if (message.length <= maxSize) {
      messages.add(message);
      return;
    }
    int room = maxSize - format.message(line.at(), EMPTY).length;
    for (byte[] piece : Text.pieces(line.bytes(), room)) {
      messages.add(format.message(line.at(), piece));
    }
  }
}
