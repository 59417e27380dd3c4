package s6j.commands.ipc;

import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.inOut;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.resultOf;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** Unix sockets of the calling process, named by paths. */
public final class UnixSocket {
  static final int STREAM = 1;
  static final int DATAGRAM = 2;

  private static final int FAMILY = 1;
  private static final int ADDRESS_SIZE = 110;
  private static final int PATH_MAX = 107;
  private static final int SOL_SOCKET = 1;
  private static final int SO_PEERCRED = 17;

  private UnixSocket() {}

  /** Who is at the other end: the ids it had when it connected. */
  public record Peer(int pid, int uid, int gid) {}

  /**
   * A connection that has been accepted.
   *
   * @param fd its descriptor, close-on-exec
   * @param path where the other end is bound; empty when it is not
   */
  public record Accepted(int fd, Bytes path) {}

  /**
   * Connects to the server at a path.
   *
   * @return a descriptor that is close-on-exec
   */
  public static int connect(Posix posix, Bytes path) throws PosixException {
    byte[] address = address(path);
    CallList calls = new CallList();
    int fd = open(calls, STREAM | OpenFlags.CLOEXEC);
    int connected =
        calls.attempt(Syscall.CONNECT, resultOf(fd), bytes(address), CallList.number(ADDRESS_SIZE));
    Results results = posix.call(calls);
    if (results.failed(connected)) {
      close(posix, results.fd(fd));
      throw new PosixException(results.errno(connected), connected);
    }
    return results.fd(fd);
  }

  static int open(CallList calls, int type) {
    return calls.add(Syscall.SOCKET, number(FAMILY), number(type), number(0));
  }

  /**
   * Accepts one connection.
   *
   * @param flags SOCK_NONBLOCK or 0
   * @throws PosixException with EAGAIN when there is none
   */
  public static Accepted accept(Posix posix, int listener, int flags) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.ACCEPT4,
        number(listener),
        out(ADDRESS_SIZE),
        inOut(ints(ADDRESS_SIZE)),
        number(OpenFlags.CLOEXEC | flags));
    Results results = posix.call(calls);
    return new Accepted(results.fd(0), path(results.buffer(0)));
  }

  /** Who is at the other end. */
  public static Peer peer(Posix posix, int fd) throws PosixException {
    CallList calls = new CallList();
    calls.add(
        Syscall.GETSOCKOPT,
        number(fd),
        number(SOL_SOCKET),
        number(SO_PEERCRED),
        out(12),
        inOut(ints(12)));
    ByteBuffer ids = ByteBuffer.wrap(posix.call(calls).buffer(0)).order(ByteOrder.nativeOrder());
    return new Peer(ids.getInt(), ids.getInt(), ids.getInt());
  }

  /**
   * Where a socket is bound; empty when it is not.
   *
   * @throws PosixException with ENOTSOCK when it is none
   */
  public static Bytes bound(Posix posix, int fd) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.GETSOCKNAME, number(fd), out(ADDRESS_SIZE), inOut(ints(ADDRESS_SIZE)));
    return path(posix.call(calls).buffer(0));
  }

  /**
   * The address of a path.
   *
   * @throws PosixException with ENAMETOOLONG when it has no room for it
   */
  static byte[] address(Bytes path) throws PosixException {
    if (path.length() > PATH_MAX) {
      throw new PosixException(Errno.ENAMETOOLONG, -1);
    }
    byte[] address = new byte[ADDRESS_SIZE];
    ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).putShort((short) FAMILY);
    path.copyInto(address, 2);
    return address;
  }

  private static Bytes path(byte[] address) {
    int end = 2;
    while (end < address.length && address[end] != 0) {
      end++;
    }
    return Bytes.of(address, 2, end);
  }

  private static byte[] ints(int value) {
    return ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(value).array();
  }

  public static void close(Posix posix, int fd) {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(fd));
    posix.attempt(calls);
  }
}
