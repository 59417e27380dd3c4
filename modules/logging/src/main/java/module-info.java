/**
 * The language of s6-log, its log directories and their rotation, and the commands around them.
 *
 * <p>Must not know: services and stages, other than that a log directory is written by a process
 * that the supervisor has started.
 */
// The compiler does not see s6j.commands, which is built later.
@SuppressWarnings("module")
module s6j.logging {
  requires transitive s6j.chain;
  requires s6j.env;

  exports s6j.logging.commands;

  // For s6-ftrig-wait and its family, which match events as s6-log does lines.
  exports s6j.logging.script to
      s6j.commands;
}
