package s6j.logging;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one logger has of the memory that all loggers of this JVM share. Each has a little for
 * itself; more there is for some at a time.
 */
final class SharedRoom {
  /** How much is read at a time: any line of usual length is whole in it. */
  static final int SMALL_READ = (16 << 10) - 512;

  /** How much is read at a time by one that has much to read: what a pipe holds. */
  static final int LARGE_READ = (64 << 10) - 512;

  private static final int LARGE_READERS_MAX = 8;

  /** After so many of the other kind a logger is one that has much to read, or is none any more. */
  private static final int OTHER_READS = 4;

  /** How much may wait in each logger, and in all of those together that have more than that. */
  private static final long OWN_BACKLOG = 16 << 10;

  private static final long BACKLOG_MAX = 1 << 20;
  private static final long ALL_BACKLOG_MAX = 2 << 20;

  private static final AtomicInteger LARGE_READERS = new AtomicInteger();
  private static final AtomicLong BACKLOG = new AtomicLong();

  private boolean largeReader;
  private int otherReads;
  private long backlog;

  /** How much to read next. */
  int readSize() {
    return largeReader ? LARGE_READ : SMALL_READ;
  }

  /** Whether it is one of those that have much to read. */
  boolean isLargeReader() {
    return largeReader;
  }

  /** So much has been read; nothing when it was waited for in vain. */
  void read(int count) {
    if (count == 0) {
      endLargeReads();
    } else if (count >= SMALL_READ == largeReader) {
      otherReads = 0;
    } else if (++otherReads >= OTHER_READS) {
      otherReads = 0;
      if (largeReader) {
        endLargeReads();
      } else {
        beginLargeReads();
      }
    }
  }

  private void beginLargeReads() {
    largeReader = LARGE_READERS.incrementAndGet() <= LARGE_READERS_MAX;
    if (!largeReader) {
      LARGE_READERS.decrementAndGet();
    }
  }

  private void endLargeReads() {
    if (largeReader) {
      largeReader = false;
      LARGE_READERS.decrementAndGet();
    }
  }

  /** Whether more may be read while so much waits to be written and cannot be. */
  boolean mayWait(long bytes) {
    long all = BACKLOG.addAndGet(bytes - backlog);
    backlog = bytes;
    return bytes <= OWN_BACKLOG || bytes <= BACKLOG_MAX && all <= ALL_BACKLOG_MAX;
  }

  /** The logger ends, or does with what it has for itself. */
  void release() {
    endLargeReads();
    mayWait(0);
  }
}
