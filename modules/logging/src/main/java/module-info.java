/**
 * The language of s6-log, its log directories and their rotation, and the commands around them.
 *
 * <p>Must not know: services and stages, other than that a log directory is written by a process
 * that the supervisor has started.
 */
module s6j.logging {
  requires transitive s6j.chain;
  requires s6j.expressions;
  requires s6j.env;
  requires transitive s6j.spi;

  exports s6j.logging.commands;

  uses s6j.spi.log.LogBackend;
}
