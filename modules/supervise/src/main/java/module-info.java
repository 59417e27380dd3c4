/**
 * The supervision tree: scan directory, service directories, the state machine of a supervised
 * service, and their files on disk as s6 defines them, so that the original's tools work on our
 * tree.
 *
 * <p>Must not know: stages, container environment, what a service runs.
 */
module s6j.supervise {
  requires transitive s6j.posix;

  exports s6j.supervise;
}
