/**
 * The s6, portable-utils and overlay commands, one class a command. Rooms by what commands are
 * about; each has a list of its own, and {@code AllCommands} puts them together. The commands of
 * execline and of logging are in those modules; init knows all.
 *
 * <p>Must not know: stages, execline, logging. A command acts through its invocation's process
 * only.
 */
module s6j.commands {
  requires transitive s6j.chain;
  requires s6j.attrs;
  requires s6j.env;
  requires s6j.expressions;
  requires s6j.supervise;

  exports s6j.commands;
}
