/** Service directories, the state machine of a supervised service, and their files on disk. */
module s6j.supervise {
  requires transitive s6j.chain;

  exports s6j.supervise;
}
