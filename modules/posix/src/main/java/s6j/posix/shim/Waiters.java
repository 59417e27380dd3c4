package s6j.posix.shim;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.function.Consumer;

/**
 * The threads that accept connections. Who has accepted one serves it, with no other thread to be
 * woken first, as long as another is left to accept the next; there are a few, of the platform's.
 * When all of them are serving but the last, that one has virtual threads do it.
 */
final class Waiters {
  private static final int MOST = 16;

  /** So many wait when nothing is to be done: a caller that comes back at once finds another. */
  private static final int IDLE = 2;

  private final ServerSocketChannel listener;
  private final Consumer<SocketChannel> server;
  private int threads;
  private int waiting;

  Waiters(ServerSocketChannel listener, Consumer<SocketChannel> server) {
    this.listener = listener;
    this.server = server;
  }

  synchronized void start() {
    while (waiting < IDLE) {
      startOne();
    }
  }

  private void startOne() {
    threads++;
    waiting++;
    Thread thread = new Thread(this::acceptAll, "commands");
    thread.setDaemon(true);
    thread.start();
  }

  private void acceptAll() {
    while (listener.isOpen()) {
      SocketChannel channel;
      try {
        channel = listener.accept();
      } catch (IOException e) {
        pause();
        continue;
      }
      if (!mayServe()) {
        Thread.ofVirtual().start(() -> server.accept(channel));
        continue;
      }
      if (!serve(channel)) {
        return;
      }
    }
  }

  /** Whether this thread is to accept once more; one that ends by a mistake of ours is not. */
  private boolean serve(SocketChannel channel) {
    boolean goesOn = false;
    try {
      server.accept(channel);
      goesOn = isWanted();
    } finally {
      if (!goesOn) {
        ended();
      }
    }
    return goesOn;
  }

  private synchronized void ended() {
    threads--;
  }

  private synchronized boolean mayServe() {
    if (waiting == 1) {
      if (threads == MOST) {
        return false;
      }
      startOne();
    }
    waiting--;
    return true;
  }

  private synchronized boolean isWanted() {
    if (waiting >= IDLE) {
      return false;
    }
    waiting++;
    return true;
  }

  /** Out of descriptors, most likely: the next attempt waits for some to be closed. */
  private static void pause() {
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
