package s6j.commands.supervision;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.notification.FifodirFiles;
import s6j.env.Accounts;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** The rights at a service's {@code supervise/}, {@code supervise/control} and {@code event/}. */
final class Rights {
  private final Invocation call;
  private final Accounts accounts;

  Rights(Invocation call, Accounts accounts) {
    this.call = call;
    this.accounts = accounts;
  }

  /**
   * Sets who may read the status and who may control.
   *
   * @param letter u, g, G, o or O, as the options of s6-svperms
   * @param group that of g, G and O
   */
  void setAccess(Bytes service, char letter, long group) throws CommandException {
    Bytes supervise = service.slash("supervise");
    long own = ownersGroup(supervise);
    boolean groupReads = letter == 'g' || letter == 'G';
    boolean groupControls = letter == 'G' || letter == 'O';
    int reading = letter == 'u' ? 0700 : groupReads ? 0710 : 0711;
    set(supervise, groupReads ? group : own, reading);
    Bytes control = supervise.slash("control");
    set(control, groupControls ? group : own, groupControls ? 0620 : 0600);
  }

  /**
   * Sets who may listen.
   *
   * @param group a group, or -1 for everybody
   */
  void setEvents(Bytes service, long group) throws CommandException {
    Bytes event = service.slash("event");
    set(
        event,
        group < 0 ? ownersGroup(event) : group,
        group < 0 ? FifodirFiles.PUBLIC : FifodirFiles.RESTRICTED);
  }

  private long ownersGroup(Bytes path) throws CommandException {
    Stat stat;
    try {
      stat = existing(path);
    } catch (PosixException e) {
      throw CommandException.unable("stat " + path, e);
    }
    Accounts.User owner = accounts.userWithId(stat.uid());
    if (owner == null) {
      call.warn(
          "unable to determine primary gid for the owner of " + path + " (using root instead)");
      return 0;
    }
    return Integer.toUnsignedLong(owner.gid());
  }

  private Stat existing(Bytes path) throws PosixException {
    Stat stat = new Files(call.posix()).stat(path);
    if (stat == null) {
      throw new PosixException(Errno.ENOENT, 0);
    }
    return stat;
  }

  private void set(Bytes path, long group, int mode) throws CommandException {
    CallList calls = new CallList();
    calls.add(
        Syscall.FCHOWNAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(-1),
        number(group),
        number(0));
    calls.add(Syscall.FCHMODAT, number(CallList.AT_FDCWD), string(path), number(mode));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable((e.index() == 0 ? "chown " : "chmod ") + path, e);
    }
  }

  /** Prints the rights; what is not as it must be is warned of, and false comes back. */
  boolean print(Bytes service) throws CommandException {
    StringBuilder text = new StringBuilder();
    Bytes supervise = service.slash("supervise");
    boolean sound = line(text, service, supervise, "status", Stat.DIRECTORY, 0700, 0710, 0711);
    if (sound) {
      Bytes control = supervise.slash("control");
      sound = line(text, service, control, "control", Stat.FIFO, 0600, 0620, -1);
    }
    Bytes event = service.slash("event");
    sound &=
        line(
            text,
            service,
            event,
            "events",
            Stat.DIRECTORY,
            -1,
            FifodirFiles.RESTRICTED,
            FifodirFiles.PUBLIC);
    call.print(Bytes.of(text.toString()));
    return sound;
  }

  private boolean line(
      StringBuilder text,
      Bytes service,
      Bytes path,
      String what,
      int type,
      int owner,
      int group,
      int everybody) {
    Stat stat;
    try {
      stat = existing(path);
    } catch (PosixException e) {
      call.warn("unable to stat " + path + ": " + e.getMessage());
      return false;
    }
    if (stat.type() != type) {
      call.warn(path + (type == Stat.FIFO ? " is not a named pipe" : " is not a directory"));
      return false;
    }
    int mode = stat.permissions();
    if (mode != owner && mode != group && mode != everybody) {
      call.warn(path + " has incorrect permissions: " + Integer.toOctalString(mode));
      return false;
    }
    String who = mode == owner ? "owner" : mode == everybody ? "public" : group(stat.gid());
    text.append(service).append(' ').append(what).append(": ").append(who).append('\n');
    return true;
  }

  private String group(int gid) {
    Bytes name = accounts.groupName(gid);
    return "group " + (name == null ? Integer.toUnsignedString(gid) : name.toString());
  }
}
