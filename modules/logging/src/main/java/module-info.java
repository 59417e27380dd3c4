/** The language of s6-log, its log directories and their rotation. */
module s6j.logging {
  requires transitive s6j.env;

  exports s6j.logging;
}
