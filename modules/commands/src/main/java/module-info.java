/**
 * The s6, portable-utils and overlay commands, one class a command, and the registry of all
 * commands.
 */
module s6j.commands {
  requires transitive s6j.chain;
  requires s6j.attrs;
  requires s6j.env;
  requires s6j.supervise;

  exports s6j.commands;
}
