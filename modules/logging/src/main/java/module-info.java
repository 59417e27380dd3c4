/**
 * Logging: the language of s6-log, its log directories and their rotation, and the overlay's
 * helpers.
 *
 * <p>Must not know: services, stages. A logger acts with the rights of the process that it runs in,
 * never with the runtime's.
 */
module s6j.logging {
  requires transitive s6j.chain;
  requires s6j.env;

  exports s6j.logging;
}
