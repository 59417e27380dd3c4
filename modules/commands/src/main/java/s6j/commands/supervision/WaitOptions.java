package s6j.commands.supervision;

import s6j.chain.CommandException;
import s6j.chain.Options;

/**
 * The options of s6-svwait, s6-svlisten and s6-svlisten1.
 *
 * @param condition u, U, d, D, r or R; of several the last counts
 * @param all whether all services must get there, or one
 * @param timeout milliseconds, 0 for as long as it takes
 */
record WaitOptions(char condition, boolean all, long timeout) {
  static WaitOptions of(Options options, String usage) throws CommandException {
    char condition = 'u';
    boolean all = true;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'a' -> all = true;
        case 'o' -> all = false;
        case 't' -> {}
        default -> condition = option.letter();
      }
    }
    return new WaitOptions(condition, all, options.number('t', 0, usage));
  }
}
