/**
 * The execline language and its commands: what {@code execlineb} reads, and every command that its
 * scripts are made of.
 *
 * <p>Rooms: {@code language} is text in, words out, and knows no process; {@code process} is what
 * commands do with children, descriptors and signals; {@code commands} has a class for each command
 * or family of commands. Only the list of them all leaves the module.
 *
 * <p>Must not know: services, stages, the container's environment.
 */
module s6j.execline {
  requires transitive s6j.chain;
  requires s6j.expressions;

  exports s6j.execline;
}
