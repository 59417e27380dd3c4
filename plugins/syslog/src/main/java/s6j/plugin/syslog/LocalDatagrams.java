package s6j.plugin.syslog;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A Unix datagram socket, which Java has no class for: the calls of libc, by {@code
 * java.lang.foreign}. Of one thread.
 */
final class LocalDatagrams implements AutoCloseable {
  /** Of {@code sun_path}, without its NUL. */
  static final int LONGEST_PATH = 107;

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
  private static final int SOL_SOCKET = 1;
  private static final int SO_SNDTIMEO = 21;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EPROTOTYPE = 91;

  private final String path;
  private final Libc libc;
  private final int descriptor;
  private boolean closed;

  private LocalDatagrams(String path, Libc libc, int descriptor) {
    this.path = path;
    this.libc = libc;
    this.descriptor = descriptor;
  }

  /**
   * Connects to the socket.
   *
   * @return null when it is one of streams
   * @throws IOException when nobody listens there
   */
  static LocalDatagrams connect(String path) throws IOException {
    Libc libc = libc(path);
    try (Arena arena = Arena.ofConfined()) {
      int descriptor = libc.call(arena, libc.socket, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (descriptor < 0) {
        throw new IOException("unable to make a socket: " + libc.reason(-descriptor));
      }
      LocalDatagrams datagrams = new LocalDatagrams(path, libc, descriptor);
      int failure = datagrams.connectAndLimit(arena);
      if (failure == 0) {
        return datagrams;
      }
      datagrams.close();
      if (failure == EPROTOTYPE) {
        return null;
      }
      throw new IOException("unable to connect to unix:" + path + ": " + libc.reason(failure));
    }
  }

  /** Sends them in this order, and blocks while the receiver's queue is full. */
  void send(List<byte[]> messages) throws IOException, InterruptedException {
    for (byte[] message : messages) {
      send(message);
    }
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      try (Arena arena = Arena.ofConfined()) {
        libc.call(arena, libc.close, descriptor);
      }
    }
  }

  private static Libc libc(String path) throws IOException {
    try {
      return new Libc();
    } catch (IllegalCallerException e) {
      throw new IOException(
          "unable to use unix:" + path + ": the JVM allows this plugin no native access", e);
    }
  }

  private int connectAndLimit(Arena arena) {
    MemorySegment address = arena.allocate(2 + LONGEST_PATH + 1, 2);
    address.set(JAVA_SHORT, 0, (short) AF_UNIX);
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    MemorySegment.copy(name, 0, address, JAVA_BYTE, 2, Math.min(name.length, LONGEST_PATH));
    int result = libc.call(arena, libc.connect, descriptor, address, (int) address.byteSize());
    if (result < 0) {
      return -result;
    }
    // An interrupt does not end a call of libc, so a call ends by itself, and looks for one.
    MemorySegment second = arena.allocate(2 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
    second.set(JAVA_LONG, 0, 1);
    return -libc.call(
        arena,
        libc.setsockopt,
        descriptor,
        SOL_SOCKET,
        SO_SNDTIMEO,
        second,
        (int) second.byteSize());
  }

  private void send(byte[] message) throws IOException, InterruptedException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, message);
      while (true) {
        int result =
            libc.call(arena, libc.send, descriptor, bytes, (long) message.length, MSG_NOSIGNAL);
        if (result >= 0) {
          return;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException("unix:" + path + " takes no message");
        }
        if (result != -EAGAIN && result != -EINTR) {
          throw new IOException("unable to send to unix:" + path + ": " + libc.reason(-result));
        }
      }
    }
  }

  /** The calls, and the number of their failure. */
  private static final class Libc {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_AT =
        STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    final MethodHandle socket = handle("socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    final MethodHandle connect = handle("connect", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    final MethodHandle setsockopt =
        handle("setsockopt", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT);
    final MethodHandle send = handle("send", JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT);
    final MethodHandle close = handle("close", JAVA_INT, JAVA_INT);

    /** The call's result, or the negative errno. */
    int call(Arena arena, MethodHandle handle, Object... arguments) {
      MemorySegment state = arena.allocate(STATE);
      Object[] all = new Object[arguments.length + 1];
      all[0] = state;
      System.arraycopy(arguments, 0, all, 1, arguments.length);
      Number result;
      try {
        result = (Number) handle.invokeWithArguments(all);
      } catch (Throwable e) {
        throw new IllegalStateException(e);
      }
      return result.longValue() < 0 ? -state.get(JAVA_INT, ERRNO_AT) : result.intValue();
    }

    String reason(int errno) {
      return switch (errno) {
        case 2 -> "No such file or directory";
        case 13 -> "Permission denied";
        case 90 -> "Message too long";
        case 107, 111 -> "Connection refused";
        default -> "error " + errno;
      };
    }

    // Restricted, as it has to be: the descriptors above are those of libc's calls.
    @SuppressWarnings("restricted")
    private static MethodHandle handle(String name, ValueLayout result, MemoryLayout... arguments) {
      return LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow(name),
          FunctionDescriptor.of(result, arguments),
          ERRNO);
    }
  }
}
