/** The execline language and its commands. */
module s6j.execline {
  requires transitive s6j.chain;

  exports s6j.execline;
}
