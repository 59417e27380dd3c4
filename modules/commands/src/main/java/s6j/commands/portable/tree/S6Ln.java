package s6j.commands.portable.tree;

import static s6j.posix.CallList.nothing;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Results;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/**
 * {@code s6-ln}: makes links. With -f an existing one is replaced in one step: there is no moment
 * without it. Exits with the number of links that could not be made.
 */
final class S6Ln extends PortableCommand {
  private static final int SYMLINK_FOLLOW = 0x400;
  private static final int CODE_MAX = 99;

  S6Ln() {
    super("s6-ln", "[ -n ] [ -s ] [ -f ] [ -L ] [ -P ] source... target");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "nsfLP");
    List<Bytes> words = call.arguments().subList(options.end(), call.arguments().size());
    if (words.size() < 2) {
      throw usage();
    }
    boolean follow = false;
    for (Options.Option option : options.list()) {
      follow = option.letter() == 'L' || option.letter() != 'P' && follow;
    }
    Links links = new Links(call, options.has('s'), options.has('f'), follow);
    List<Bytes> sources = words.subList(0, words.size() - 1);
    Bytes target = words.getLast();
    boolean into = isDirectory(call, target, options.has('n'));
    if (!into && sources.size() > 1) {
      throw CommandException.fatal(
          CommandException.USAGE, "target " + target + " is not a directory");
    }
    int failures = 0;
    for (Bytes source : sources) {
      Bytes link = into ? target.slash(withoutSlashes(source).baseName()) : target;
      failures += links.make(source, link) ? 0 : 1;
    }
    return Next.exit(Math.min(failures, CODE_MAX));
  }

  private static Bytes withoutSlashes(Bytes path) {
    int end = path.length();
    while (end > 1 && path.at(end - 1) == '/') {
      end--;
    }
    return path.slice(0, end);
  }

  private static boolean isDirectory(Invocation call, Bytes path, boolean itself) {
    CallList calls = new CallList();
    if (itself) {
      calls.attemptLstat(path);
    } else {
      calls.attemptStat(path);
    }
    Results results = call.posix().attempt(calls);
    return !results.failed(0) && Stat.of(results.buffer(0)).isDirectory();
  }

  /**
   * How links are made.
   *
   * @param symbolic whether they are symbolic
   * @param replace whether what is there is replaced
   * @param follow whether a hard link to a symbolic link is one to what that points to
   */
  private record Links(Invocation call, boolean symbolic, boolean replace, boolean follow) {

    /** Makes one; false, with a warning, when that cannot be done. */
    boolean make(Bytes source, Bytes link) {
      CallList calls = new CallList();
      append(calls, source, link);
      Results results = call.posix().attempt(calls);
      if (!results.failed(0)) {
        return true;
      }
      Errno errno = results.errno(0);
      if (replace && errno.equals(Errno.EEXIST)) {
        errno = replace(source, link);
      }
      if (errno != null) {
        call.warn(
            "unable to "
                + (symbolic ? "symlink " : "link ")
                + source
                + " to "
                + link
                + ": "
                + errno.text());
      }
      return errno == null;
    }

    private void append(CallList calls, Bytes source, Bytes link) {
      if (symbolic) {
        calls.attempt(Syscall.SYMLINKAT, string(source), number(CallList.AT_FDCWD), string(link));
      } else {
        calls.attempt(
            Syscall.LINKAT,
            number(CallList.AT_FDCWD),
            string(source),
            number(CallList.AT_FDCWD),
            string(link),
            number(follow ? SYMLINK_FOLLOW : 0));
      }
    }

    /** Puts a new link in the place of what is there; why not, or null when it has. */
    private Errno replace(Bytes source, Bytes link) {
      Bytes fresh = link.plus(":s6-ln:" + UniqueSuffix.next());
      CallList calls = new CallList();
      append(calls, source, fresh);
      calls.attempt(
          Syscall.RENAMEAT2,
          number(CallList.AT_FDCWD),
          string(fresh),
          number(CallList.AT_FDCWD),
          string(link),
          nothing());
      // Two links to one file are not renamed: then the new one is one too many.
      calls.attempt(Syscall.UNLINKAT, number(CallList.AT_FDCWD), string(fresh), nothing());
      Results results = call.posix().attempt(calls);
      return results.failed(0) ? results.errno(0) : results.failed(1) ? results.errno(1) : null;
    }
  }
}
