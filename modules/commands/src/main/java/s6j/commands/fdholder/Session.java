package s6j.commands.fdholder;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import s6j.commands.ipc.MessageSocket;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;

/** A client of the holder: what it asks, and what it is answered. */
final class Session {
  private static final int PACKET = MessageSocket.DESCRIPTORS_MAX;

  private final Holder holder;
  private final Rights rights;
  private final MessageSocket socket;
  private final int fd;
  private final long timeout;
  private Deadline deadline;

  /** How many descriptors of a dump are still to come. */
  private int expected;

  Session(Holder holder, Rights rights, MessageSocket socket, int fd, long timeout) {
    this.holder = holder;
    this.rights = rights;
    this.socket = socket;
    this.fd = fd;
    this.timeout = timeout;
    this.deadline = Deadline.in(timeout);
  }

  int fd() {
    return fd;
  }

  /** When the client will have been silent for too long. */
  Deadline deadline() {
    return deadline;
  }

  boolean isSending() {
    return socket.isSending();
  }

  void close() {
    socket.close();
  }

  /**
   * Sends what is left and answers what has come.
   *
   * @param readable whether anything has
   * @return false when the client has ended
   * @throws PosixException when it does not speak our protocol or cannot be spoken to
   */
  boolean go(boolean readable) throws PosixException {
    if (socket.flush()) {
      answerAll();
    }
    if (readable && !socket.isSending()) {
      boolean more = socket.fill();
      answerAll();
      if (!more) {
        return false;
      }
    }
    deadline = Deadline.in(timeout);
    return true;
  }

  /** One who does not read answers is asked nothing more: what it wants waits, too. */
  private void answerAll() throws PosixException {
    while (!socket.isSending()) {
      MessageSocket.Message message = socket.next();
      if (message == null) {
        return;
      }
      answer(message);
    }
  }

  private void answer(MessageSocket.Message message) throws PosixException {
    List<Integer> left = new ArrayList<>(message.fds());
    try {
      ByteBuffer content = ByteBuffer.wrap(message.content());
      if (!content.hasRemaining()) {
        throw malformed();
      }
      char what = (char) content.get();
      if (expected > 0 != (what == '.')) {
        throw malformed();
      }
      switch (what) {
        case 'S' -> store(content, left);
        case 'D' -> delete(content);
        case 'R' -> retrieve(content);
        case 'L' -> list(content);
        case '?' -> getDump(content);
        case '!' -> setDump(content);
        case '.' -> takeDump(content, left);
        default -> throw malformed();
      }
    } finally {
      socket.close(left);
    }
  }

  private void store(ByteBuffer content, List<Integer> fds) throws PosixException {
    List<HeldFd> entries = fds.size() == 1 ? HeldFd.readAll(content, fds) : null;
    if (entries == null) {
      throw malformed();
    }
    HeldFd entry = entries.getFirst();
    if (!rights.mayStore(entry.id())) {
      say(Errno.EPERM);
    } else if (holder.get(entry.id()) != null) {
      say(Errno.EBUSY);
    } else if (holder.isFullFor(1)) {
      say(Errno.ENFILE);
    } else {
      holder.put(entry);
      fds.clear();
      say(null);
    }
  }

  private void delete(ByteBuffer content) throws PosixException {
    Bytes id = idAtEnd(content);
    if (!rights.mayStore(id)) {
      say(Errno.EPERM);
    } else if (holder.get(id) == null) {
      say(Errno.ENOENT);
    } else {
      holder.remove(id);
      say(null);
    }
  }

  private void retrieve(ByteBuffer content) throws PosixException {
    boolean delete = content.hasRemaining() && content.get() != 0;
    Bytes id = idAtEnd(content);
    HeldFd entry = holder.get(id);
    if (!rights.mayRetrieve(id) || delete && !rights.mayStore(id)) {
      say(Errno.EPERM);
    } else if (entry == null) {
      say(Errno.ENOENT);
    } else {
      socket.post(new byte[1], List.of(entry.fd()));
      if (delete) {
        holder.remove(id);
      }
    }
  }

  private void list(ByteBuffer content) throws PosixException {
    requireEnd(content);
    if (!rights.list()) {
      say(Errno.EPERM);
      return;
    }
    List<HeldFd> all = holder.all();
    byte[] head = ByteBuffer.allocate(5).put((byte) 0).putInt(all.size()).array();
    Bytes answer = Bytes.of(head);
    for (HeldFd entry : all) {
      answer = answer.plus(entry.id()).plus(Bytes.of(new byte[1]));
    }
    socket.post(answer.toArray(), List.of());
  }

  private void getDump(ByteBuffer content) throws PosixException {
    requireEnd(content);
    if (!rights.getDump()) {
      say(Errno.EPERM);
      return;
    }
    List<HeldFd> all = holder.all();
    ByteBuffer head = ByteBuffer.allocate(9).put((byte) 0);
    head.putInt(packets(all.size())).putInt(all.size());
    socket.post(head.array(), List.of());
    for (int start = 0; start < all.size(); start += PACKET) {
      Bytes packet = Bytes.EMPTY;
      List<Integer> fds = new ArrayList<>();
      for (HeldFd entry : all.subList(start, Math.min(all.size(), start + PACKET))) {
        packet = packet.plus(entry.encoded());
        fds.add(entry.fd());
      }
      socket.post(packet.toArray(), fds);
    }
  }

  private void setDump(ByteBuffer content) throws PosixException {
    if (content.remaining() != 4) {
      throw malformed();
    }
    int count = content.getInt();
    if (!rights.setDump()) {
      say(Errno.EPERM);
    } else if (count < 0 || holder.isFullFor(count)) {
      say(Errno.ENFILE);
    } else {
      expected = count;
      socket.post(ByteBuffer.allocate(5).put((byte) 0).putInt(packets(count)).array(), List.of());
    }
  }

  private void takeDump(ByteBuffer content, List<Integer> fds) throws PosixException {
    List<HeldFd> entries = HeldFd.readAll(content, fds);
    if (entries == null || entries.isEmpty() || entries.size() > expected) {
      throw malformed();
    }
    for (HeldFd entry : entries) {
      holder.put(entry);
    }
    fds.clear();
    expected -= entries.size();
    say(expected > 0 ? Errno.EAGAIN : null);
  }

  private static int packets(int count) {
    return (count + PACKET - 1) / PACKET;
  }

  private Bytes idAtEnd(ByteBuffer content) throws PosixException {
    Bytes id = HeldFd.readId(content);
    if (id == null) {
      throw malformed();
    }
    requireEnd(content);
    return id;
  }

  private void requireEnd(ByteBuffer content) throws PosixException {
    if (content.hasRemaining()) {
      throw malformed();
    }
  }

  private void say(Errno failure) throws PosixException {
    byte status = failure == null ? 0 : (byte) failure.number();
    socket.post(new byte[] {status}, List.of());
  }

  private static PosixException malformed() {
    return new PosixException(Errno.EPROTO, -1);
  }
}
