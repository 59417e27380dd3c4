/**
 * The system calls that Java lacks, by value types: what a process is asked to do, and what came of
 * it.
 *
 * <p>{@link s6j.posix.Posix} is one process that makes calls for us; {@link s6j.posix.InitProcess}
 * is the one that is the container's init and also tells of signals, deaths and data. The provider
 * in {@code s6j.posix.shim} speaks to the C shim over a socket; {@code s6j.posix.jnr} (a module of
 * its own) makes the calls in this very process.
 *
 * <p>Must not know: services, stages, environment variables by name, any file format of s6.
 */
module s6j.posix {
  requires jdk.net;

  exports s6j.posix;
  exports s6j.posix.shim;

  uses s6j.posix.PosixProvider;

  provides java.security.Provider with
      s6j.posix.shim.NameSource;
}
