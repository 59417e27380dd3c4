package s6j.commands.portable.tree;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.Stat;

/**
 * {@code s6-update-symlinks}: makes one tree of links of several trees, of which a later one wins;
 * exits 100 when a name is a directory in one and none in another.
 */
final class S6UpdateSymlinks extends PortableCommand {
  S6UpdateSymlinks() {
    super("s6-update-symlinks", "destination source...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    argument(call, first + 1);
    List<Bytes> paths = call.arguments().subList(first, call.arguments().size());
    for (Bytes path : paths) {
      if (!path.startsWith("/")) {
        throw CommandException.fatal(CommandException.USAGE, path + " is not an absolute path");
      }
    }
    LinkTree tree = new LinkTree(call.posix());
    for (Bytes source : paths.subList(1, paths.size())) {
      try {
        Stat stat = call.files().stat(source);
        if (stat == null || !stat.isDirectory()) {
          throw new PosixException(stat == null ? Errno.ENOENT : Errno.ENOTDIR, 0);
        }
        tree.add(withoutSlashes(paths.getFirst()), withoutSlashes(source));
      } catch (PosixException e) {
        throw CommandException.unable("link " + source + " into " + paths.getFirst(), e);
      }
    }
    return Next.exit(0);
  }

  private static Bytes withoutSlashes(Bytes path) {
    int end = path.length();
    while (end > 1 && path.at(end - 1) == '/') {
      end--;
    }
    return path.slice(0, end);
  }
}
