package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.language.Transform;
import s6j.posix.Bytes;

/** {@code define [-N | -n] [-s] [-C | -c] [-d delim] key value prog}. */
final class Define extends SubstitutingCommand {
  Define() {
    super("define", "[ -N | -n ] [ -s ] [ -C | -c ] [ -d delim ] key value program...");
  }

  @Override
  int define(Invocation call, List<Bytes> words, Bindings bindings) throws CommandException {
    Options options = options(words, Transform.LETTERS);
    int at = options.end();
    Bytes value = word(words, at + 1);
    bindings.add(words.get(at), Transform.of(options, false).apply(value));
    return at + 2;
  }
}
