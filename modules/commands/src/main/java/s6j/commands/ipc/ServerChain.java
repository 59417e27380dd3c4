package s6j.commands.ipc;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.posix.Bytes;

/** What the wrappers around servers of Unix sockets begin with: bind a socket, drop privileges. */
public final class ServerChain {
  private ServerChain() {}

  /**
   * s6-ipcserver-socketbinder for a path and, if any of them is given, s6-applyuidgid with -G, -g,
   * -u, -U.
   *
   * @param usage what is said when a value is none
   */
  public static List<Bytes> binder(Options options, Bytes path, String usage)
      throws CommandException {
    List<Bytes> words = new ArrayList<>();
    words.add(Bytes.of("s6-ipcserver-socketbinder"));
    char replacing = 'd';
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'd', 'D' -> replacing = option.letter();
        case 'b', 'g', 'u' -> number(option.argument(), usage);
        case 'G' -> groups(option.argument(), usage);
        default -> {
          // One of another program, or checked by this one.
        }
      }
    }
    if (replacing == 'D') {
      words.add(Bytes.of("-D"));
    }
    pass(options, "b", words);
    pass(options, "a", words);
    words.add(Bytes.of("--"));
    words.add(path);
    addIdentity(options, words);
    return words;
  }

  private static void addIdentity(Options options, List<Bytes> words) {
    List<Bytes> identity = new ArrayList<>();
    if (options.has('U')) {
      identity.add(Bytes.of("-Uz"));
    }
    pass(options, "u", identity);
    pass(options, "g", identity);
    pass(options, "G", identity);
    if (!identity.isEmpty()) {
      words.add(Bytes.of("s6-applyuidgid"));
      words.addAll(identity);
      words.add(Bytes.of("--"));
    }
  }

  /** Passes an option on, if it is given. */
  public static void pass(Options options, String letter, List<Bytes> words) {
    Bytes value = options.argument(letter.charAt(0));
    if (value != null) {
      words.add(Bytes.of("-" + letter));
      words.add(value);
    }
  }

  /** An unsigned number. */
  public static long number(Bytes word, String usage) throws CommandException {
    long value = Options.unsigned(word);
    if (value < 0) {
      throw CommandException.usage(usage);
    }
    return value;
  }

  private static void groups(Bytes word, String usage) throws CommandException {
    for (Bytes group : word.split(',')) {
      number(group, usage);
    }
  }
}
