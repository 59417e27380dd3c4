package s6j.posix.jnr;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Ioctl;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.SpawnPlan;
import s6j.posix.SpawnPlan.Descriptor;
import s6j.posix.Syscall;
import s6j.posix.jnr.libc.LibC;

/** The arguments of one posix_spawn, and what has to be open for it. */
final class SpawnRequest implements AutoCloseable {
  /** More than any C library has: glibc 80 and 336 bytes, musl 80 and 336. */
  private static final int OBJECT_SIZE = 1024;

  private static final int SIGNAL_SET_SIZE = 128;
  private static final short SETPGROUP = 0x02;
  private static final short SETSIGDEF = 0x04;
  private static final short SETSIGMASK = 0x08;
  private static final short SETSID = 0x80;

  private final LibC libc = Native.LIBC;
  private final NativeMemory memory;
  private final SpawnPlan plan;
  private final long actions;
  private final long attributes;
  private final List<Integer> opened = new ArrayList<>();
  private static final int F_GETFD = 1;
  private static final int FD_CLOEXEC = 1;

  private final int above;
  private int inputTerminal = -1;
  private int directory = -1;
  private Gate gate;

  SpawnRequest(NativeMemory memory, SpawnPlan plan) {
    this.memory = memory;
    this.plan = plan;
    this.actions = memory.allocate(OBJECT_SIZE);
    this.attributes = memory.allocate(OBJECT_SIZE);
    int highest = 2;
    for (Descriptor descriptor : plan.descriptors()) {
      highest = Math.max(highest, descriptor.target());
    }
    this.above = highest + 1;
  }

  /** A descriptor of this process, above all targets, that goes to a target of the child. */
  private record Move(int from, int target) {}

  private final List<Move> moves = new ArrayList<>();
  private final List<Integer> closes = new ArrayList<>();

  /** Opens what the child is to have, so that no move overwrites the source of another. */
  void descriptors() throws PosixException {
    for (Descriptor descriptor : plan.descriptors()) {
      if (descriptor instanceof SpawnPlan.Copy copy) {
        moves.add(new Move(raised(copy.source()), copy.target()));
      }
    }
    for (Descriptor descriptor : plan.descriptors()) {
      if (descriptor instanceof SpawnPlan.Open open) {
        moves.add(new Move(open(open), open.target()));
      } else if (descriptor instanceof SpawnPlan.Closed closed) {
        closes.add(closed.target());
      }
    }
    inputTerminal = terminal(inputOfChild());
  }

  private int open(SpawnPlan.Open open) throws PosixException {
    int flags = open.flags() | OpenFlags.CLOEXEC | OpenFlags.NOCTTY;
    long path = memory.string(open.path());
    int fd = (int) Native.call(Syscall.OPENAT, CallList.AT_FDCWD, path, flags, open.mode());
    opened.add(fd);
    return fd >= above ? fd : raised(fd);
  }

  private int raised(int fd) throws PosixException {
    int raised = (int) Native.call(Syscall.FCNTL, fd, Native.F_DUPFD_CLOEXEC, above);
    opened.add(raised);
    return raised;
  }

  /** What will be descriptor 0 of the child, or -1. */
  private int inputOfChild() {
    int input = closes.contains(0) ? -1 : 0;
    for (Move move : moves) {
      input = move.target() == 0 && input >= 0 ? move.from() : input;
    }
    return input;
  }

  private int terminal(int fd) {
    long group = memory.allocate(4);
    boolean terminal =
        fd >= 0
            && Native.attempt(Syscall.IOCTL, fd, Ioctl.getForeground(Native.ARCH), group)
                != -Errno.EBADF.number()
            && Native.POSIX.libc().isatty(fd) == 1;
    return terminal ? fd : -1;
  }

  /** The child starts there, without this process ever being there. */
  void startIn(long path) throws PosixException {
    int flags = OpenFlags.PATH | OpenFlags.CLOEXEC | OpenFlags.directory(Native.ARCH);
    directory = (int) Native.call(Syscall.OPENAT, CallList.AT_FDCWD, path, flags, 0);
    opened.add(directory);
  }

  /** The last thing the child does before it executes its program is to pass this gate. */
  void passing(Gate newGate) {
    gate = newGate;
  }

  /** Starts the child; without a terminal of its own when it must not have that one. */
  int spawn() throws PosixException {
    boolean terminal = inputTerminal >= 0;
    try {
      return spawn(terminal);
    } catch (PosixException e) {
      if (!terminal || gate != null) {
        throw e;
      }
      return spawn(false);
    }
  }

  private int spawn(boolean withTerminal) throws PosixException {
    Native.check(libc.posix_spawn_file_actions_init(actions));
    Native.check(libc.posix_spawnattr_init(attributes));
    try {
      setAttributes();
      addMoves();
      if (withTerminal) {
        addTerminal();
      }
      if (directory >= 0) {
        Native.check(libc.posix_spawn_file_actions_addfchdir_np(actions, directory));
      }
      if (gate != null) {
        int fd = lowNumber();
        addOpen(gate.arrivalPath(), OpenFlags.RDONLY, fd);
        addOpen(gate.releasePath(), OpenFlags.RDONLY, fd);
      }
      long pid = memory.allocate(4);
      Native.check(
          libc.posix_spawn(
              pid,
              memory.string(plan.program()),
              actions,
              attributes,
              memory.vector(plan.arguments()),
              memory.vector(plan.environment().entries()),
              0));
      return NativeMemory.getInt(pid);
    } finally {
      libc.posix_spawnattr_destroy(attributes);
      libc.posix_spawn_file_actions_destroy(actions);
    }
  }

  /** Every signal has its default action, and none is blocked. */
  private void setAttributes() throws PosixException {
    long all = memory.allocate(SIGNAL_SET_SIZE);
    long none = memory.allocate(SIGNAL_SET_SIZE);
    libc.sigfillset(all);
    Native.check(libc.posix_spawnattr_setsigdefault(attributes, all));
    Native.check(libc.posix_spawnattr_setsigmask(attributes, none));
    int flags = SETSIGDEF | SETSIGMASK;
    switch (plan.session()) {
      case SAME -> {}
      case NEW, NEW_WITH_TERMINAL -> flags |= SETSID;
      case NEW_GROUP, FOREGROUND_GROUP -> {
        flags |= SETPGROUP;
        Native.check(libc.posix_spawnattr_setpgroup(attributes, 0));
      }
    }
    Native.check(libc.posix_spawnattr_setflags(attributes, (short) flags));
  }

  private void addMoves() throws PosixException {
    for (Move move : moves) {
      Native.check(libc.posix_spawn_file_actions_adddup2(actions, move.from(), move.target()));
    }
    for (int target : closes) {
      boolean there = !Native.failed(Native.attempt(Syscall.FCNTL, target, Native.F_GETFD));
      for (Move move : moves) {
        there |= move.target() == target;
      }
      if (there) {
        Native.check(libc.posix_spawn_file_actions_addclose(actions, target));
      }
    }
  }

  /**
   * A session leader without a terminal gets the one that it opens; a new process group is put into
   * the foreground by the child itself.
   */
  private void addTerminal() throws PosixException {
    switch (plan.session()) {
      case SAME, NEW, NEW_GROUP -> {}
      case NEW_WITH_TERMINAL -> {
        addOpen("/proc/self/fd/0", OpenFlags.RDWR | OpenFlags.NONBLOCK, spareNumber());
      }
      case FOREGROUND_GROUP ->
          Native.check(libc.posix_spawn_file_actions_addtcsetpgrp_np(actions, 0));
    }
  }

  /** The child opens the file, for what opening it does, and closes it. */
  private void addOpen(String path, int flags, int fd) throws PosixException {
    long where = memory.string(path);
    Native.check(libc.posix_spawn_file_actions_addopen(actions, fd, where, flags, 0));
    Native.check(libc.posix_spawn_file_actions_addclose(actions, fd));
  }

  /**
   * The lowest number above all targets that the child has no use for after its copies have been
   * made: at the gate it may have a limit below the numbers that are free in this process.
   */
  private int lowNumber() {
    int fd = above;
    while (gate.holds(fd) || staysOpen(fd)) {
      fd++;
    }
    return fd;
  }

  private static boolean staysOpen(int fd) {
    long flags = Native.attempt(Syscall.FCNTL, fd, F_GETFD);
    return flags >= 0 && (flags & FD_CLOEXEC) == 0;
  }

  /** A descriptor number that the child has no other use for. */
  private int spareNumber() throws PosixException {
    int flags = OpenFlags.PATH | OpenFlags.CLOEXEC;
    int fd = (int) Native.call(Syscall.OPENAT, CallList.AT_FDCWD, memory.string("/"), flags, 0);
    opened.add(fd);
    return fd >= above ? fd : raised(fd);
  }

  @Override
  public void close() {
    for (int fd : opened) {
      Native.attempt(Syscall.CLOSE, fd);
    }
  }
}
