package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class WaitersTest {
  /** More than there are threads. */
  private static final int MISTAKES = 40;

  @TempDir Path directory;

  private final BlockingQueue<String> served = new LinkedBlockingQueue<>();

  @Test
  void threads_that_end_by_a_mistake_are_followed_by_others() throws Exception {
    UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("socket"));
    try (ServerSocketChannel listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      listener.bind(address);
      new Waiters(listener, this::failAtFirst).start();
      for (int i = 0; i < MISTAKES; i++) {
        connect(address);
        assertEquals("mistake", served.poll(60, TimeUnit.SECONDS));
      }
      for (int i = 0; i < 3; i++) {
        connect(address);
        assertEquals("by a thread of the platform", served.poll(60, TimeUnit.SECONDS));
      }
    }
  }

  private static void connect(UnixDomainSocketAddress address) throws Exception {
    SocketChannel.open(address).close();
  }

  private int mistakes;

  private synchronized void failAtFirst(SocketChannel channel) {
    if (mistakes++ < MISTAKES) {
      Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> served.add("mistake"));
      throw new IllegalStateException("on purpose");
    }
    boolean virtual = Thread.currentThread().isVirtual();
    served.add(virtual ? "by a virtual thread" : "by a thread of the platform");
  }
}
