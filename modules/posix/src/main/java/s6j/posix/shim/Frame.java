package s6j.posix.shim;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.ProcessInfo;
import s6j.posix.ProtocolException;
import s6j.posix.WaitStatus;

/**
 * One received frame, and a cursor that cannot leave it: every length is checked before it is
 * believed.
 */
final class Frame {
  private static final boolean LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

  private static final byte[] NONE = {};

  private final byte[] body;
  private final int end;
  private int at;

  private Frame(byte[] body, int end) {
    this.body = body;
    this.end = end;
  }

  /** The stream has ended: every process ends so, and where it was noticed nobody asks. */
  private static final class Ended extends EOFException {
    private static final long serialVersionUID = 1L;

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /**
   * Reads the next frame.
   *
   * @param limit the largest body that is accepted
   * @throws ProtocolException when the length is beyond that; nothing has been allocated for it
   * @throws EOFException when the stream ends, within a frame or before one
   */
  static Frame read(InputStream from, int limit) throws IOException {
    return ofLength(from, length(from, limit));
  }

  /**
   * Reads the next frame.
   *
   * @param room what an earlier frame has had, which is not used any more; this one may have it
   */
  static Frame read(InputStream from, int limit, byte[] room) throws IOException {
    int length = length(from, limit);
    return new Frame(readBody(from, length, room), length);
  }

  /** Reads the length that the next frame claims. */
  static int length(InputStream from, int limit) throws IOException {
    byte[] head = new byte[4];
    readFully(from, head);
    int length = get32(head, 0);
    if (length < 1 || length > limit) {
      throw new ProtocolException(
          "frame of " + Integer.toUnsignedString(length) + " bytes, expected 1 to " + limit);
    }
    return length;
  }

  /** Reads the rest of a frame whose length has been read. */
  static Frame ofLength(InputStream from, int length) throws IOException {
    return new Frame(readBody(from, length, NONE), length);
  }

  /** Memory is taken as bytes arrive: a length alone costs its sender's claim nothing. */
  private static byte[] readBody(InputStream from, int length, byte[] room) throws IOException {
    byte[] body = room.length >= length ? room : new byte[Math.min(length, 64 << 10)];
    int have = 0;
    while (have < length) {
      if (have == body.length) {
        body = java.util.Arrays.copyOf(body, Math.min(length, body.length * 2));
      }
      int n = from.read(body, have, body.length - have);
      if (n < 0) {
        throw new Ended();
      }
      have += n;
    }
    return body;
  }

  private static void readFully(InputStream from, byte[] to) throws IOException {
    for (int have = 0; have < to.length; ) {
      int n = from.read(to, have, to.length - have);
      if (n < 0) {
        throw new Ended();
      }
      have += n;
    }
  }

  /** What the frame has, to be handed to the next one. */
  byte[] room() {
    return body;
  }

  int left() {
    return end - at;
  }

  int get8() {
    need(1);
    return body[at++] & 255;
  }

  int get32() {
    need(4);
    int value = get32(body, at);
    at += 4;
    return value;
  }

  long get64() {
    need(8);
    long first = get32(body, at) & 0xffffffffL;
    long second = get32(body, at + 4) & 0xffffffffL;
    at += 8;
    return LITTLE ? second << 32 | first : first << 32 | second;
  }

  byte[] getArray(int length) {
    need(length);
    byte[] bytes = java.util.Arrays.copyOfRange(body, at, at + length);
    at += length;
    return bytes;
  }

  Bytes getString() {
    int length = get32();
    need(length);
    Bytes value = Bytes.of(body, at, at + length);
    at += length;
    return value;
  }

  /** The hello that every connection starts with. */
  ProcessInfo hello() {
    if (get8() != 'H') {
      throw new ProtocolException("no hello");
    }
    int version = get8();
    if (version != Wire.VERSION) {
      throw new ProtocolException(
          "shim speaks protocol " + version + ", this runtime " + Wire.VERSION);
    }
    int kind = get8();
    if (kind >= ProcessInfo.Kind.values().length) {
      throw new ProtocolException("unknown kind of process " + kind);
    }
    Arch arch = Arch.byNumber(get8());
    get8();
    int flags = get32();
    int pid = get32();
    int uid = get32();
    int gid = get32();
    int euid = get32();
    int egid = get32();
    int generation = get32();
    long token = get64();
    get64();
    get64();
    int argc = count(get32());
    int envc = count(get32());
    int known = count(get32());
    int kept = count(get32());
    List<ProcessInfo.Child> children = children(known);
    List<ProcessInfo.Held> held = held(kept);
    Bytes cwd = getString();
    List<Bytes> arguments = strings(argc);
    Environment environment = Environment.ofEntries(strings(envc));
    return new ProcessInfo(
        ProcessInfo.Kind.values()[kind],
        arch,
        (flags & Wire.HELLO_PID1) != 0,
        pid,
        uid,
        gid,
        euid,
        egid,
        generation,
        token,
        cwd,
        arguments,
        environment,
        children,
        held);
  }

  private List<ProcessInfo.Child> children(int count) {
    List<ProcessInfo.Child> children = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int pid = get32();
      boolean ended = get32() != 0;
      int status = get32();
      children.add(new ProcessInfo.Child(pid, get64(), ended ? new WaitStatus(status) : null));
    }
    return children;
  }

  private List<ProcessInfo.Held> held(int count) {
    List<ProcessInfo.Held> held = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      int fd = get32();
      held.add(new ProcessInfo.Held(fd, get64()));
    }
    return held;
  }

  private List<Bytes> strings(int count) {
    List<Bytes> strings = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      strings.add(getString());
    }
    return strings;
  }

  /** A count of things of four bytes or more cannot exceed what is left of the frame. */
  private int count(int claimed) {
    if (claimed < 0 || claimed > left() / 4) {
      throw new ProtocolException(
          "count "
              + Integer.toUnsignedString(claimed)
              + " in a frame with "
              + left()
              + " bytes left");
    }
    return claimed;
  }

  private void need(int n) {
    if (n < 0 || n > end - at) {
      throw new ProtocolException(
          "field of "
              + Integer.toUnsignedString(n)
              + " bytes in a frame with "
              + left()
              + " bytes left");
    }
  }

  private static int get32(byte[] from, int at) {
    int first = from[at] & 255;
    int second = from[at + 1] & 255;
    int third = from[at + 2] & 255;
    int fourth = from[at + 3] & 255;
    return LITTLE
        ? first | second << 8 | third << 16 | fourth << 24
        : first << 24 | second << 16 | third << 8 | fourth;
  }
}
