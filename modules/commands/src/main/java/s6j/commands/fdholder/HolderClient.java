package s6j.commands.fdholder;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.ipc.MessageSocket;
import s6j.commands.ipc.UnixSocket;
import s6j.commands.waiting.Deadline;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/** A connection to a descriptor holder, and what can be asked of it. */
final class HolderClient {
  private final MessageSocket socket;
  private final Deadline deadline;

  private HolderClient(MessageSocket socket, Deadline deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /**
   * Connects.
   *
   * @param what what the daemon is called in the message when that is not possible
   * @param deadline for all that will be asked
   */
  static HolderClient connect(Invocation call, Bytes path, String what, Deadline deadline)
      throws CommandException {
    Posix posix = call.posix();
    try {
      int fd = UnixSocket.connect(posix, path);
      return new HolderClient(new MessageSocket(posix, fd, fd), deadline);
    } catch (PosixException e) {
      throw CommandException.unable("connect to a " + what + " at " + path, e);
    }
  }

  static HolderClient connect(Invocation call, Bytes path, Deadline deadline)
      throws CommandException {
    return connect(call, path, "fd-holder daemon", deadline);
  }

  void store(HeldFd held) throws PosixException {
    ask(Bytes.of("S").plus(held.encoded()), List.of(held.fd()));
  }

  void delete(Bytes id) throws PosixException {
    ask(Bytes.of("D").plus(HeldFd.encoded(id)), List.of());
  }

  /** The descriptor, close-on-exec. */
  int retrieve(Bytes id, boolean delete) throws PosixException {
    byte[] how = {(byte) (delete ? 1 : 0)};
    MessageSocket.Message answer =
        ask(Bytes.of("R").plus(Bytes.of(how)).plus(HeldFd.encoded(id)), List.of());
    if (answer.fds().size() != 1) {
      throw protocol(answer);
    }
    return answer.fds().getFirst();
  }

  List<Bytes> list() throws PosixException {
    MessageSocket.Message answer = ask(Bytes.of("L"), List.of());
    List<Bytes> ids = new ArrayList<>();
    Bytes content = Bytes.of(answer.content());
    if (content.length() < 5) {
      throw protocol(answer);
    }
    int start = 5;
    for (int nul = content.indexOf(0, start); nul >= 0; nul = content.indexOf(0, start)) {
      ids.add(content.slice(start, nul));
      start = nul + 1;
    }
    if (start != content.length() || ids.size() != ByteBuffer.wrap(answer.content()).getInt(1)) {
      throw protocol(answer);
    }
    return ids;
  }

  /** All descriptors, close-on-exec. */
  List<HeldFd> dump() throws PosixException {
    MessageSocket.Message answer = ask(Bytes.of("?"), List.of());
    if (answer.content().length != 9) {
      throw protocol(answer);
    }
    int packets = ByteBuffer.wrap(answer.content()).getInt(1);
    int total = ByteBuffer.wrap(answer.content()).getInt(5);
    List<HeldFd> all = new ArrayList<>();
    for (int i = 0; i < packets; i++) {
      MessageSocket.Message packet = socket.receive(deadline);
      List<HeldFd> some = HeldFd.readAll(ByteBuffer.wrap(packet.content()), packet.fds());
      if (some == null) {
        throw protocol(packet);
      }
      all.addAll(some);
    }
    if (all.size() != total) {
      throw new PosixException(Errno.EPROTO, -1);
    }
    return all;
  }

  /** Has the holder keep all of these, in place of what it has by the same names. */
  void setDump(List<HeldFd> all) throws PosixException {
    byte[] count = ByteBuffer.allocate(4).putInt(all.size()).array();
    MessageSocket.Message answer = ask(Bytes.of("!").plus(Bytes.of(count)), List.of());
    if (answer.content().length != 5) {
      throw protocol(answer);
    }
    if (all.isEmpty()) {
      return;
    }
    int packets = Math.clamp(ByteBuffer.wrap(answer.content()).getInt(1), 1, all.size());
    int start = 0;
    for (int i = 0; i < packets; i++) {
      int end = (int) ((long) all.size() * (i + 1) / packets);
      Bytes packet = Bytes.of(".");
      List<Integer> fds = new ArrayList<>();
      for (HeldFd held : all.subList(start, end)) {
        packet = packet.plus(held.encoded());
        fds.add(held.fd());
      }
      socket.send(packet.toArray(), fds, deadline);
      MessageSocket.Message taken = socket.receive(deadline);
      check(taken, end < all.size() ? Errno.EAGAIN.number() : 0);
      start = end;
    }
  }

  void close() {
    socket.close();
  }

  private MessageSocket.Message ask(Bytes request, List<Integer> fds) throws PosixException {
    socket.send(request.toArray(), fds, deadline);
    MessageSocket.Message answer = socket.receive(deadline);
    check(answer, 0);
    return answer;
  }

  /** An answer begins with 0 or with why not. */
  private void check(MessageSocket.Message answer, int expected) throws PosixException {
    if (answer.content().length == 0) {
      throw protocol(answer);
    }
    int status = answer.content()[0] & 255;
    if (status != 0 && status != expected) {
      socket.close(answer.fds());
      throw new PosixException(Errno.of(status), -1);
    }
  }

  private PosixException protocol(MessageSocket.Message answer) {
    socket.close(answer.fds());
    return new PosixException(Errno.EPROTO, -1);
  }
}
