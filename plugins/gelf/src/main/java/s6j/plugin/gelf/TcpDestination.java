package s6j.plugin.gelf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import s6j.plugin.gelf.wire.Address;
import s6j.plugin.gelf.wire.Connection;
import s6j.plugin.gelf.wire.Stream;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** One connection, each message ended by a NUL. In JSON there is none: it is escaped. */
final class TcpDestination implements LogDestination {
  private final Message message;
  private final Stream stream;

  TcpDestination(Message message, Address to, int connectMillis) {
    this.message = message;
    this.stream = new Stream(to.toString(), () -> Connection.tcp(to, connectMillis));
  }

  @Override
  public void write(List<LogLine> batch) throws IOException, InterruptedException {
    ByteArrayOutputStream frames = new ByteArrayOutputStream();
    for (LogLine line : batch) {
      for (byte[] each : message.of(line)) {
        frames.writeBytes(each);
        frames.write(0);
      }
    }
    stream.send(frames.toByteArray());
  }

  @Override
  public void close() throws IOException, InterruptedException {
    stream.close();
  }
}
