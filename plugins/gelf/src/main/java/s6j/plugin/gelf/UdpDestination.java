package s6j.plugin.gelf;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import s6j.plugin.gelf.wire.Datagrams;
import s6j.spi.log.LogDestination;
import s6j.spi.log.LogLine;

/** A datagram for each message, or several for one that is larger. */
final class UdpDestination implements LogDestination {
  private final Message message;
  private final Datagrams datagrams;
  private final Chunks chunks;
  private final boolean gzip;

  UdpDestination(Message message, Datagrams datagrams, Chunks chunks, boolean gzip) {
    this.message = message;
    this.datagrams = datagrams;
    this.chunks = chunks;
    this.gzip = gzip;
  }

  @Override
  public void write(List<LogLine> batch) throws IOException, InterruptedException {
    List<byte[]> ready = new ArrayList<>(batch.size());
    for (LogLine line : batch) {
      for (byte[] each : message.of(line)) {
        chunks.add(gzip ? packed(each) : each, ready);
      }
    }
    datagrams.send(ready);
  }

  @Override
  public void close() {
    datagrams.close();
  }

  private static byte[] packed(byte[] message) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream(message.length);
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(message);
    }
    return packed.toByteArray();
  }
}
