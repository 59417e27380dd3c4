package s6j.commands.instances;

import s6j.chain.CommandException;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * How the logger of a made directory logs: the options l, t, n, s, S and P of s6-instance-maker and
 * s6-usertree-maker.
 *
 * @param user whom it runs as, or null
 * @param stamps 1 for TAI64N, 2 for readable stamps, 3 for both, 0 for none
 * @param archives how many old files are kept
 * @param fileSize bytes
 * @param totalSize bytes, 0 for no limit
 * @param prefix of every line, or null
 */
record LoggerOptions(
    Bytes user, int stamps, long archives, long fileSize, Bytes totalSize, Bytes prefix) {
  static final String LETTERS = "l:t:n:s:S:P:";
  private static final String[] STAMPS = {"", "t ", "T ", "t T "};

  static LoggerOptions of(Options options, String usage) throws CommandException {
    long stamps = options.number('t', 1, usage);
    if (stamps > 3) {
      throw CommandException.fatal(CommandException.USAGE, "stamptype must be 0, 1, 2 or 3");
    }
    Bytes total = options.has('S') ? options.argument('S') : Bytes.of("0");
    if (!isNumber(total)) {
      throw CommandException.usage(usage);
    }
    return new LoggerOptions(
        options.argument('l'),
        (int) stamps,
        options.number('n', 10, usage),
        options.number('s', 1_000_000, usage),
        total,
        options.argument('P'));
  }

  /** A number of any size, for s6-log has a limit of its own. */
  private static boolean isNumber(Bytes word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.at(i) < '0' || word.at(i) > '9') {
        return false;
      }
    }
    return !word.isEmpty() && word.length() <= 20;
  }

  /** The run script of the logger. */
  Bytes script(Bytes logdir) {
    Bytes script = Bytes.of("#!/usr/bin/execlineb -P\n");
    if (user != null) {
      script = script.plus("s6-setuidgid ").plus(Quoted.word(user)).plus("\n");
    }
    script = script.plus("s6-log -bd3 -- " + STAMPS[stamps] + "n" + archives + " s" + fileSize);
    if (!totalSize.is("0")) {
      script = script.plus(" S").plus(totalSize);
    }
    if (prefix != null) {
      script = script.plus(" ").plus(Quoted.word(Bytes.of("p").plus(prefix)));
    }
    return script.plus(" ").plus(Quoted.word(logdir)).plus("\n");
  }
}
