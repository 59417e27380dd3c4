package s6j.plugin.syslog;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import s6j.plugin.syslog.wire.Address;
import s6j.plugin.syslog.wire.Connection;
import s6j.plugin.syslog.wire.Datagrams;
import s6j.plugin.syslog.wire.Stream;

/** How messages get to the receiver. Connects when there is something to send. */
sealed interface Transport {
  /** Sends all of them, in this order; after a failure nobody knows how many have arrived. */
  void send(List<byte[]> messages) throws IOException, InterruptedException;

  /** Waits for what is under way, as far as that can be known. */
  void close() throws IOException, InterruptedException;

  /** A datagram for each message (RFC 5426). */
  final class Udp implements Transport {
    private final Datagrams datagrams;

    Udp(Address to) {
      datagrams = new Datagrams(to);
    }

    @Override
    public void send(List<byte[]> messages) throws IOException, InterruptedException {
      datagrams.send(messages);
    }

    @Override
    public void close() {
      datagrams.close();
    }
  }

  /** One connection, each message behind its length (RFC 6587, 3.4.1: octet counting). */
  final class Tcp implements Transport {
    private final Stream stream;

    Tcp(Address to, int connectMillis) {
      stream = new Stream(to.toString(), () -> Connection.tcp(to, connectMillis));
    }

    @Override
    public void send(List<byte[]> messages) throws IOException, InterruptedException {
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      for (byte[] message : messages) {
        frames.writeBytes((message.length + " ").getBytes(StandardCharsets.US_ASCII));
        frames.writeBytes(message);
      }
      stream.send(frames.toByteArray());
    }

    @Override
    public void close() throws IOException, InterruptedException {
      stream.close();
    }
  }

  /**
   * A Unix socket: of datagrams, a message each, as {@code /dev/log} almost always is; where it is
   * one of streams, each message ends with a NUL, which is why a NUL in it is sent as {@code \0}.
   */
  final class Unix implements Transport {
    private final Path path;
    private final Stream stream;
    private LocalDatagrams datagrams;
    private boolean streaming;

    Unix(Path path) {
      this.path = path;
      this.stream = new Stream("unix:" + path, () -> Connection.unix(path));
    }

    @Override
    public void send(List<byte[]> messages) throws IOException, InterruptedException {
      if (!streaming && !opened()) {
        streaming = true;
      }
      try {
        if (streaming) {
          stream.send(endedByNul(messages));
        } else {
          datagrams.send(messages);
        }
      } catch (IOException e) {
        // Who listens next may have another kind of socket.
        close();
        throw e;
      }
    }

    @Override
    public void close() throws IOException, InterruptedException {
      if (datagrams != null) {
        datagrams.close();
        datagrams = null;
      }
      streaming = false;
      stream.close();
    }

    private boolean opened() throws IOException {
      if (datagrams == null) {
        datagrams = LocalDatagrams.connect(path.toString());
      }
      return datagrams != null;
    }

    private static byte[] endedByNul(List<byte[]> messages) {
      ByteArrayOutputStream ended = new ByteArrayOutputStream();
      for (byte[] message : messages) {
        for (byte b : message) {
          if (b == 0) {
            ended.write('\\');
            ended.write('0');
          } else {
            ended.write(b);
          }
        }
        ended.write(0);
      }
      return ended.toByteArray();
    }
  }
}
