/**
 * Chain loading: what a command is, how it hands its process over to the next word of its command
 * line, and how the next word is found to be one of ours or a foreign program.
 *
 * <p>A command runs in the JVM and acts on the calling process through {@link s6j.posix.Posix}; a
 * chain of commands is evaluated in that one process, and only a foreign program is exec'd.
 *
 * <p>Must not know: any particular command.
 */
module s6j.chain {
  requires transitive s6j.posix;

  exports s6j.chain;
}
