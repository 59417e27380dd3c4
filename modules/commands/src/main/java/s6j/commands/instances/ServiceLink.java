package s6j.commands.instances;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.commands.notification.FifodirFiles;
import s6j.commands.notification.Listener;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** A service in a scan directory, as a link to its service directory. */
final class ServiceLink {
  private final Posix posix;
  private final Files files;
  private final Bytes scandir;
  private final Bytes name;

  ServiceLink(Posix posix, Bytes scandir, Bytes name) {
    this.posix = posix;
    this.files = new Files(posix);
    this.scandir = scandir;
    this.name = name;
  }

  private Bytes path() {
    return scandir.slash(name);
  }

  /**
   * Makes the link, and waits for the supervisors of the service and its logger; those that run
   * already are not waited for.
   *
   * @param target what the link says
   * @param service the service directory, as it is reached from here
   * @return false when the time has passed; nothing is linked then
   */
  boolean make(Bytes target, Bytes service, LinkOptions options) throws PosixException {
    Bytes down = service.slash("down");
    boolean madeDown = options.staysDown() && files.stat(down) == null;
    if (madeDown) {
      files.write(down, Bytes.EMPTY, 0666);
    }
    boolean linked = false;
    try (SupervisorWait wait = new SupervisorWait(posix, 's')) {
      long group = options.isPublic() ? -1 : ScanControl.group(posix, scandir);
      for (Bytes directory : withLogger(service)) {
        FifodirFiles.make(posix, directory.slash("event"), group, options.force());
        wait.listen(directory);
        if (ScanControl.isSupervised(posix, directory)) {
          wait.forgetLast();
        }
      }
      boolean fresh = symlink(target);
      ScanControl.tell(posix, scandir, "a");
      linked = wait.await(Listener.deadline(options.timeout()));
      if (!linked && fresh) {
        unlink(path());
      }
      return linked;
    } finally {
      if (linked ? options.staysDown() && !options.keepsDownFile() : madeDown) {
        unlink(down);
      }
    }
  }

  /** Makes the link; false when it was there already, and the same. */
  private boolean symlink(Bytes target) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.SYMLINKAT, string(target), number(CallList.AT_FDCWD), string(path()));
    try {
      posix.call(calls);
      return true;
    } catch (PosixException e) {
      if (!e.is(Errno.EEXIST)) {
        throw e;
      }
      Stat there = files.lstat(path());
      if (there == null || !there.isLink() || !files.readLink(path()).equals(target)) {
        throw e;
      }
      return false;
    }
  }

  /**
   * Removes the link, and waits until the supervisors of the service and its logger have ended.
   *
   * @param waits whether they are waited for
   * @return false when the time has passed
   */
  boolean remove(boolean waits, long timeout) throws PosixException {
    Stat there = files.lstat(path());
    if (there == null) {
      return true;
    }
    if (there.isDirectory()) {
      throw new PosixException(Errno.EISDIR, 0);
    }
    // The link is gone when its service ends.
    Bytes service = realPath(path());
    try (SupervisorWait wait = new SupervisorWait(posix, 'x')) {
      for (Bytes directory : service == null ? List.<Bytes>of() : withLogger(service)) {
        if (waits && ScanControl.isSupervised(posix, directory)) {
          wait.listen(directory);
          if (!ScanControl.isSupervised(posix, directory)) {
            wait.forgetLast();
          }
        }
      }
      unlink(path());
      ScanControl.tell(posix, scandir, "an");
      return wait.await(Listener.deadline(timeout));
    }
  }

  private void unlink(Bytes file) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(file), number(0));
    posix.call(calls);
  }

  private List<Bytes> withLogger(Bytes service) throws PosixException {
    List<Bytes> directories = new ArrayList<>(List.of(service));
    Stat log = files.stat(service.slash("log"));
    if (log != null && log.isDirectory()) {
      directories.add(service.slash("log"));
    }
    return directories;
  }

  /**
   * The absolute path of a directory, without links.
   *
   * @return null when a link leads nowhere
   */
  Bytes realPath(Bytes directory) throws PosixException {
    CallList calls = new CallList();
    int flags = OpenFlags.PATH | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(directory), number(flags));
    int fd;
    try {
      fd = posix.call(calls).fd(0);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return null;
      }
      throw e;
    }
    try {
      return files.readLink(Bytes.of("/proc/self/fd/" + fd));
    } finally {
      files.close(fd);
    }
  }
}
