package s6j.plugin.wire;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A connection to a receiver that only reads: made when there is something to send, and again after
 * it has failed or the receiver has closed it. Of one thread.
 */
public final class Stream {
  /** How a connection is made. */
  @FunctionalInterface
  public interface Opener {
    /** A new connection. */
    Connection open() throws IOException;
  }

  private final Opener opener;
  private final String name;
  private Connection connection;

  /**
   * A stream that has no connection yet.
   *
   * @param name of the receiver, for messages
   */
  public Stream(String name, Opener opener) {
    this.name = name;
    this.opener = opener;
  }

  /**
   * Gives the bytes to the kernel, which brings them to the receiver: there is no acknowledgement.
   * Blocks while the receiver does not read.
   *
   * @throws IOException when that was not possible; nobody knows then how much has arrived
   */
  public void send(byte[] bytes) throws IOException, InterruptedException {
    Interruptible.call(
        () -> {
          OutputStream out = connected().out();
          try {
            out.write(bytes);
          } catch (IOException e) {
            drop();
            throw new IOException("unable to write to " + name + ": " + e.getMessage(), e);
          }
          return null;
        });
  }

  /** Waits until the receiver has everything, as far as it says so by closing its side. */
  public void close() throws IOException, InterruptedException {
    if (connection != null) {
      Connection last = connection;
      connection = null;
      Interruptible.call(
          () -> {
            last.finish();
            return null;
          });
    }
  }

  private Connection connected() throws IOException {
    if (connection != null && connection.isClosedByReceiver()) {
      drop();
    }
    if (connection == null) {
      connection = opener.open();
    }
    return connection;
  }

  private void drop() {
    connection.close();
    connection = null;
  }
}
