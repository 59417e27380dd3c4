package s6j.init;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.io.IOException;
import java.nio.file.Path;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.Tag;
import s6j.posix.shim.ShimInit;
import s6j.posix.shim.ShimServer;

/**
 * The socket that commands connect to, in {@code s6j/} of the state directory. Opening it takes as
 * long as half a boot, so it waits until there is time for it: a command that comes earlier writes
 * into the FIFO {@code s6j/wake}, which opens the socket at once, and goes on trying.
 */
final class CommandServer {
  private static final long AFTER_BOOT_MS = 100;
  private static final long WAKE = Tag.of("wake");

  private final Container container;
  private boolean started;

  CommandServer(Container container) {
    this.container = container;
  }

  /** Whether there are commands: they are the shim, by other names. */
  boolean exist() {
    return container.posix() instanceof ShimInit;
  }

  /** Whether an earlier runtime of this life has made the FIFO. */
  boolean called() {
    return container.loop().isHeld(WAKE);
  }

  /** Listens to the FIFO, from the loop's thread on. */
  void awaitCall() throws PosixException {
    if (!exist()) {
      return;
    }
    int fd = container.loop().takeHeld(WAKE);
    container.loop().watch(fd < 0 ? makeFifo() : fd, WAKE, (bytes, endOfFile) -> open());
  }

  private int makeFifo() throws PosixException {
    Bytes fifo = container.state().slash("s6j").slash("wake");
    CallList calls = new CallList();
    calls.add(
        Syscall.MKNODAT,
        number(CallList.AT_FDCWD),
        string(fifo),
        number(Stat.FIFO | 0622),
        number(0));
    calls.attempt(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(loggers()), number(01777));
    calls.attempt(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(loggers()), number(01777));
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(fifo), number(0622));
    int flags = OpenFlags.RDWR | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC;
    int fd = calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(fifo), number(flags));
    return container.posix().call(calls).fd(fd);
  }

  /** Where the runtime of each user's loggers has its directory; the first of them makes it. */
  private Bytes loggers() {
    return container.state().slash("s6j").slash("loggers");
  }

  /** Opens the socket when the boot is over. Loop thread. */
  void openSoon() {
    container.loop().after(AFTER_BOOT_MS, this::open);
  }

  /** Opens the socket on a thread of its own, unless that has been done. */
  synchronized void open() {
    if (!started && exist()) {
      started = true;
      Thread opener = new Thread(this::listen, "commands");
      opener.setDaemon(true);
      opener.start();
    }
  }

  /** The commands are put together meanwhile, for which the first caller would wait otherwise. */
  private static void prepareSocket() {
    Thread preparing = new Thread(ShimServer::prepare, "commands");
    preparing.setDaemon(true);
    preparing.start();
  }

  private void listen() {
    prepareSocket();
    Programs.keepPluginsOut(loggers());
    Programs.chain();
    Path socket = Path.of(container.state().slash("s6j").slash("socket").toString());
    try {
      ShimServer server =
          ShimServer.listen(socket, process -> Programs.chain().serveBriefly(process));
      if (container.posix() instanceof ShimInit shim) {
        shim.acceptForksAt(server);
      }
    } catch (IOException e) {
      container
          .console()
          .warn("commands cannot be served: unable to listen at " + socket + ": " + e.getMessage());
    }
  }
}
