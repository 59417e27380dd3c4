package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.process.Glob;
import s6j.posix.Bytes;

/**
 * {@code elglob [-v] [-w] [-s] [-m] [-e] [-0] key pattern prog}: the paths that match the pattern;
 * when none does the pattern itself, with {@code -0} no word at all. {@code -m} marks directories
 * with a slash, {@code -e} takes backslashes literally, {@code -v} warns of directories that cannot
 * be read, {@code -w} ends on them. The paths are always sorted, which is what {@code -s} asks for.
 */
final class ElGlob extends SubstitutingCommand {
  ElGlob() {
    super("elglob", "[ -v ] [ -w ] [ -s ] [ -m ] [ -e ] [ -0 ] key pattern program...");
  }

  @Override
  int define(Invocation call, List<Bytes> words, Bindings bindings) throws CommandException {
    Options options = options(words, "vwsme0");
    int at = options.end();
    Bytes pattern = word(words, at + 1);
    Glob glob =
        new Glob(call, options.has('v'), options.has('w'), options.has('m'), options.has('e'));
    List<Bytes> paths = glob.expand(pattern);
    if (paths.isEmpty() && !options.has('0')) {
      paths = List.of(pattern);
    }
    bindings.add(words.get(at), paths);
    return at + 2;
  }
}
