package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Transform;
import s6j.posix.Bytes;

/**
 * {@code multidefine [-0] [-r] [options of define] value { keys } prog}: splits the value over the
 * keys. A missing word is empty, with {@code -0} no word at all; with {@code -r} the last key gets
 * all the rest. An empty key skips a word.
 */
final class MultiDefine extends SubstitutingCommand {
  MultiDefine() {
    super(
        "multidefine",
        "[ -0 ] [ -r ] [ -N | -n ] [ -C | -c ] [ -d delim ] value { keys... } program...");
  }

  @Override
  int define(Invocation call, List<Bytes> words, Bindings bindings) throws CommandException {
    Options options = options(words, Transform.LETTERS + "0r");
    Bytes value = word(words, options.end());
    word(words, options.end() + 1);
    BlockReader blocks = new BlockReader(call, words, options.end() + 1);
    List<Bytes> keys = blocks.next();
    if (keys.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    List<Bytes> values = Transform.of(options, true).apply(value);
    List<Bytes> missing = options.has('0') ? List.of() : List.of(Bytes.EMPTY);
    for (int i = 0; i < keys.size(); i++) {
      if (keys.get(i).isEmpty()) {
        continue;
      }
      boolean takesRest = options.has('r') && i == keys.size() - 1 && i < values.size();
      List<Bytes> one = i < values.size() ? List.of(values.get(i)) : missing;
      bindings.add(keys.get(i), takesRest ? values.subList(i, values.size()) : one);
    }
    return blocks.at();
  }
}
