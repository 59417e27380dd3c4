/**
 * The system calls made in this very process, by jnr-ffi and jnr-posix: for a container whose image
 * has a JDK of its own and no shim, on any architecture that jffi knows.
 *
 * <p>Must not know: anything but {@code s6j.posix}. Never on the boot path of the tarballs that
 * have a shim: loading jnr takes longer than their whole boot.
 */
// jnr's jars are automatic modules, and will stay so.
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"})
module s6j.posix.jnr {
  requires transitive s6j.posix;
  // Used by jnr, whose jars cannot say so.
  requires jdk.unsupported;
  requires org.objectweb.asm.commons;
  requires org.objectweb.asm.util;
  requires org.jnrproject.constants;
  requires org.jnrproject.ffi;
  requires org.jnrproject.posix;
  requires static com.google.auto.service;

  exports s6j.posix.jnr;

  // The class that jnr-ffi generates for the interface is in an unnamed module.
  opens s6j.posix.jnr.libc;

  provides s6j.posix.PosixProvider with
      s6j.posix.jnr.JnrProvider;
}
