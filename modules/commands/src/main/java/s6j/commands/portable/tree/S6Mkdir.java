package s6j.commands.portable.tree;

import static s6j.posix.CallList.number;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** {@code s6-mkdir}: makes directories, with -p those above them as well, all with one mode. */
final class S6Mkdir extends PortableCommand {
  private static final int MODE = 0777;
  private static final int PATH_MAX = 4096;

  /** A long path has many prefixes, each a copy of its own. */
  private static final int AT_A_TIME = 32;

  S6Mkdir() {
    super("s6-mkdir", "[ -p ] [ -v ] [ -m mode ] dir...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "pvm:");
    argument(call, options.end());
    int mode = MODE;
    if (options.has('m')) {
      mode = octal(options.argument('m'));
      CallList calls = new CallList();
      calls.attempt(Syscall.UMASK, number(0));
      call.posix().attempt(calls);
    }
    Maker maker = new Maker(call, mode, options.has('v'));
    int code = 0;
    for (Bytes directory : call.arguments().subList(options.end(), call.arguments().size())) {
      try {
        if (options.has('p')) {
          maker.makeAll(directory);
        } else {
          maker.make(List.of(directory), false);
        }
      } catch (PosixException e) {
        call.warn("unable to mkdir " + directory + ": " + e.getMessage());
        code = CommandException.SYSTEM;
      }
    }
    return Next.exit(code);
  }

  /**
   * Makes directories.
   *
   * @param verbose whether each that is made is told of
   */
  private record Maker(Invocation call, int mode, boolean verbose) {

    /** Makes a directory and those above it, as far as they are not there. */
    void makeAll(Bytes path) throws PosixException {
      if (path.length() >= PATH_MAX) {
        throw new PosixException(Errno.ENAMETOOLONG, 0);
      }
      List<Bytes> prefixes = new ArrayList<>();
      for (int i = 1; i <= path.length(); i++) {
        boolean ends = i == path.length() || path.at(i) == '/';
        if (ends && path.at(i - 1) != '/') {
          prefixes.add(path.slice(0, i));
        }
        if (prefixes.size() == AT_A_TIME) {
          make(prefixes, true);
          prefixes.clear();
        }
      }
      make(prefixes, true);
      Stat stat = call.files().stat(path);
      if (stat == null || !stat.isDirectory()) {
        throw new PosixException(path.isEmpty() ? Errno.ENOENT : Errno.EEXIST, 0);
      }
    }

    /**
     * Makes these directories.
     *
     * @param mayExist whether they may be there already; what is above them may not be writable
     */
    void make(List<Bytes> paths, boolean mayExist) throws PosixException {
      CallList calls = new CallList();
      for (Bytes path : paths) {
        calls.attempt(
            Syscall.MKDIRAT, number(CallList.AT_FDCWD), CallList.string(path), number(mode));
      }
      Results results = call.posix().attempt(calls);
      for (int i = 0; i < paths.size(); i++) {
        if (!results.failed(i)) {
          if (verbose) {
            call.say("info", "created directory " + paths.get(i));
          }
        } else if (!mayExist || !isThere(paths.get(i), results.errno(i))) {
          throw new PosixException(results.errno(i), i);
        }
      }
    }

    private boolean isThere(Bytes path, Errno errno) throws PosixException {
      // Of a directory on a read-only file system, or above one's own, that may be said first.
      return errno.equals(Errno.EEXIST)
          || (errno.equals(Errno.EROFS) || errno.equals(Errno.EACCES))
              && call.files().stat(path) != null;
    }
  }
}
