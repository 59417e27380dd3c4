package s6j.logging.output;

import java.util.Arrays;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;

/** Bytes that go in at one end and out at the other. */
final class ByteQueue {
  private static final byte[] NONE = {};
  private static final int SMALL = 1024;
  private static final int KEEP = 256 << 10;

  private byte[] bytes = NONE;
  private int head;
  private int tail;

  int size() {
    return tail - head;
  }

  boolean isEmpty() {
    return tail == head;
  }

  void add(int b) {
    room(1);
    bytes[tail++] = (byte) b;
  }

  void add(byte[] from, int start, int end) {
    room(end - start);
    System.arraycopy(from, start, bytes, tail, end - start);
    tail += end - start;
  }

  void add(byte[] from) {
    add(from, 0, from.length);
  }

  /** A line with its newline, and what comes before it. */
  void addLine(byte[] label, byte[] iso, Bytes prefix, byte[] from, int start, int end) {
    int length = end - start;
    room(label.length + iso.length + prefix.length() + length + 1);
    byte[] to = bytes;
    int at = tail;
    if (label.length > 0) {
      System.arraycopy(label, 0, to, at, label.length);
      at += label.length;
    }
    if (iso.length > 0) {
      System.arraycopy(iso, 0, to, at, iso.length);
      at += iso.length;
    }
    if (!prefix.isEmpty()) {
      prefix.copyInto(to, at);
      at += prefix.length();
    }
    System.arraycopy(from, start, to, at, length);
    at += length;
    to[at] = '\n';
    tail = at + 1;
  }

  /** A copy of the first bytes. */
  byte[] first(int count) {
    return Arrays.copyOfRange(bytes, head, head + count);
  }

  /** The first bytes, for a call that is made before anything is added or removed. */
  Call.Argument view(int count) {
    return CallList.part(bytes, head, count);
  }

  /** Lets go of room that has not been needed since it was empty last. */
  void shrink() {
    if (isEmpty() && bytes.length > SMALL) {
      bytes = NONE;
      head = 0;
      tail = 0;
    }
  }

  /** Drops the first bytes. */
  void remove(int count) {
    head += count;
    if (head == tail) {
      clear();
    }
  }

  void clear() {
    head = 0;
    tail = 0;
    if (bytes.length > KEEP) {
      bytes = NONE;
    }
  }

  private void room(int more) {
    if (bytes.length - tail >= more) {
      return;
    }
    int size = size();
    byte[] to = size + more <= bytes.length / 2 ? bytes : new byte[grown(size + more)];
    System.arraycopy(bytes, head, to, 0, size);
    bytes = to;
    head = 0;
    tail = size;
  }

  private static int grown(int need) {
    return Math.max(need + need / 2, SMALL);
  }
}
