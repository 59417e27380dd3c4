package s6j.commands.instances;

import s6j.chain.CommandException;
import s6j.chain.Options;

/**
 * The options of s6-svlink and s6-instance-create.
 *
 * @param staysDown whether the service is not started with its supervisor
 * @param keepsDownFile whether it is not started by a later supervisor either
 * @param isPublic whether everybody may listen to its events
 * @param force whether that holds for an {@code event/} that is there already
 * @param timeout milliseconds, 0 for as long as it takes
 */
record LinkOptions(
    boolean staysDown, boolean keepsDownFile, boolean isPublic, boolean force, long timeout) {
  static final String LETTERS = "dDfPt:";

  static LinkOptions of(Options options, String usage) throws CommandException {
    char down = 0;
    for (Options.Option option : options.list()) {
      down = option.letter() == 'd' || option.letter() == 'D' ? option.letter() : down;
    }
    return new LinkOptions(
        down != 0, down == 'D', options.has('P'), options.has('f'), options.number('t', 0, usage));
  }
}
