package s6j.commands.ipc;

import static s6j.posix.CallList.message;
import static s6j.posix.CallList.messageOut;
import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import s6j.commands.waiting.Deadline;
import s6j.commands.waiting.Poll;
import s6j.posix.Ancillary;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * Messages with descriptors on a Unix stream socket, in the format of skarnet's unixmessage: the
 * length of the content in four bytes, the number of descriptors in two, big-endian, and the
 * content; the descriptors come with its first byte. The other side is not trusted.
 */
public final class MessageSocket {
  /** How long a message can be, and how many descriptors it can have. */
  private static final int CONTENT_MAX = 1 << 20;

  public static final int DESCRIPTORS_MAX = 253;

  private static final int HEADER = 6;
  private static final int CHUNK = 64 << 10;
  private static final int MSG_DONTWAIT = 0x40;
  private static final int MSG_NOSIGNAL = 0x4000;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;
  private static final int F_DUPFD_CLOEXEC = 1030;

  /** A message, whose descriptors belong to whoever has it. */
  public record Message(byte[] content, List<Integer> fds) {}

  /** What is left to be sent of a message; the descriptors until its first byte is. */
  private record Outgoing(byte[] bytes, List<Integer> fds) {}

  private final Posix posix;
  private final int in;
  private final int out;
  private final Deque<Integer> received = new ArrayDeque<>();
  private final Deque<Outgoing> waiting = new ArrayDeque<>();
  private byte[] buffer = new byte[0];

  /**
   * A socket by its descriptors, which may be the same.
   *
   * @param in what is read from
   * @param out what is written to
   */
  public MessageSocket(Posix posix, int in, int out) {
    this.posix = posix;
    this.in = in;
    this.out = out;
  }

  // Sending

  /** Sends a message and waits until all of it is sent; ETIMEDOUT when that takes too long. */
  public void send(byte[] content, List<Integer> fds, Deadline deadline) throws PosixException {
    post(content, fds);
    while (!flush()) {
      Poll poll = new Poll();
      poll.add(out, Poll.OUT);
      poll.await(posix, deadline);
      if (deadline.passed()) {
        throw new PosixException(Errno.ETIMEDOUT, -1);
      }
    }
  }

  /**
   * Sends what can be sent of a message at once, and keeps the rest for {@link #flush}. The
   * descriptors remain the caller's, who may close them.
   */
  public void post(byte[] content, List<Integer> fds) throws PosixException {
    byte[] bytes = new byte[HEADER + content.length];
    ByteBuffer.wrap(bytes).putInt(content.length).putShort((short) fds.size()).put(content);
    Outgoing all = new Outgoing(bytes, fds);
    Outgoing rest = waiting.isEmpty() ? transmit(all) : all;
    if (rest != null) {
      waiting.add(new Outgoing(rest.bytes(), copies(rest.fds())));
    }
  }

  /** Sends what can be sent; true when nothing is left. */
  public boolean flush() throws PosixException {
    while (!waiting.isEmpty()) {
      Outgoing first = waiting.remove();
      Outgoing rest = transmit(first);
      if (rest == null || rest.fds().isEmpty()) {
        close(first.fds());
      }
      if (rest != null) {
        waiting.addFirst(rest);
        return false;
      }
    }
    return true;
  }

  /** Whether there is anything left to be sent. */
  public boolean isSending() {
    return !waiting.isEmpty();
  }

  /** Sends until all is sent, then null, or nothing more can be, then what is left. */
  private Outgoing transmit(Outgoing message) throws PosixException {
    Outgoing left = message;
    while (left.bytes().length > 0) {
      byte[] control = Ancillary.rights(posix.info().arch(), left.fds());
      CallList calls = new CallList();
      calls.attempt(
          Syscall.SENDMSG,
          number(out),
          message(left.bytes(), control),
          number(MSG_NOSIGNAL | MSG_DONTWAIT));
      Results results = posix.call(calls);
      if (results.failed(0)) {
        if (results.errno(0).equals(Errno.EAGAIN)) {
          return left;
        }
        throw new PosixException(results.errno(0), 0);
      }
      byte[] bytes = left.bytes();
      left =
          new Outgoing(Arrays.copyOfRange(bytes, (int) results.value(0), bytes.length), List.of());
    }
    return null;
  }

  private List<Integer> copies(List<Integer> fds) throws PosixException {
    List<Integer> copies = new ArrayList<>();
    CallList calls = new CallList();
    for (int fd : fds) {
      calls.add(Syscall.FCNTL, number(fd), number(F_DUPFD_CLOEXEC), number(3));
    }
    if (!fds.isEmpty()) {
      Results results = posix.call(calls);
      for (int i = 0; i < fds.size(); i++) {
        copies.add(results.fd(i));
      }
    }
    return copies;
  }

  // Receiving

  /**
   * Waits for a message.
   *
   * @throws PosixException EPIPE when the other side has ended instead, ETIMEDOUT when it takes too
   *     long, EPROTO when what came is no message
   */
  public Message receive(Deadline deadline) throws PosixException {
    for (; ; ) {
      Message message = next();
      if (message != null) {
        return message;
      }
      Poll poll = new Poll();
      int readable = poll.add(in, Poll.IN);
      if (poll.await(posix, deadline)) {
        if (poll.readable(readable) && !fill()) {
          throw new PosixException(Errno.EPIPE, -1);
        }
      } else if (deadline.passed()) {
        throw new PosixException(Errno.ETIMEDOUT, -1);
      }
    }
  }

  /** Reads what has come, without waiting; false when the other side has ended. */
  public boolean fill() throws PosixException {
    CallList calls = new CallList();
    calls.attempt(
        Syscall.RECVMSG,
        number(in),
        messageOut(CHUNK, Ancillary.space(posix.info().arch(), DESCRIPTORS_MAX + 2)),
        number(MSG_DONTWAIT | MSG_CMSG_CLOEXEC));
    Results results = posix.call(calls);
    if (results.failed(0)) {
      if (results.errno(0).equals(Errno.EAGAIN) || results.errno(0).equals(Errno.EINTR)) {
        return true;
      }
      throw new PosixException(results.errno(0), 0);
    }
    received.addAll(Ancillary.rights(posix.info().arch(), results.buffer(0, 0)));
    if (received.size() > 2 * DESCRIPTORS_MAX) {
      throw new PosixException(Errno.EPROTO, 0);
    }
    byte[] more = results.buffer(0, 1);
    int length = buffer.length;
    buffer = Arrays.copyOf(buffer, length + more.length);
    System.arraycopy(more, 0, buffer, length, more.length);
    return more.length > 0;
  }

  /**
   * The next message that has come whole, or null.
   *
   * @throws PosixException EPROTO when what has come is no message
   */
  public Message next() throws PosixException {
    if (buffer.length < HEADER) {
      return null;
    }
    ByteBuffer header = ByteBuffer.wrap(buffer);
    int length = header.getInt();
    int count = header.getShort() & 0xffff;
    if (length < 0 || length > CONTENT_MAX || count > DESCRIPTORS_MAX) {
      throw new PosixException(Errno.EPROTO, -1);
    }
    if (buffer.length < HEADER + length) {
      return null;
    }
    if (received.size() < count) {
      throw new PosixException(Errno.EPROTO, -1);
    }
    List<Integer> fds = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      fds.add(received.remove());
    }
    byte[] content = Arrays.copyOfRange(buffer, HEADER, HEADER + length);
    buffer = Arrays.copyOfRange(buffer, HEADER + length, buffer.length);
    return new Message(content, fds);
  }

  /** Closes descriptors that nobody wants. */
  public void close(List<Integer> fds) {
    CallList calls = new CallList();
    for (int fd : fds) {
      calls.attempt(Syscall.CLOSE, number(fd));
    }
    if (!calls.isEmpty()) {
      posix.attempt(calls);
    }
  }

  /** Closes the socket, and the descriptors that nobody has taken or been sent. */
  public void close() {
    List<Integer> all = new ArrayList<>(received);
    for (Outgoing outgoing : waiting) {
      all.addAll(outgoing.fds());
    }
    all.add(in);
    if (out != in) {
      all.add(out);
    }
    received.clear();
    waiting.clear();
    close(all);
  }
}
