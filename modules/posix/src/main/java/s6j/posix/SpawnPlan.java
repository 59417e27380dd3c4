package s6j.posix;

import java.util.List;

/**
 * How a child is to be started: the values that posix_spawn takes, and those it lacks.
 *
 * @param program the file to execute; not searched for
 * @param arguments argv, the name included
 * @param environment the child's environment
 * @param directory its working directory, or null for that of the spawning process
 * @param descriptors what its descriptors are; those that are not named are inherited unless they
 *     are close-on-exec
 * @param session its session and process group
 * @param identity whom it runs as, or null for the same as the spawning process
 * @param umask its file mode creation mask, or -1 for that of the spawning process
 * @param limits resource limits to set, before the identity changes
 * @param newPidNamespace whether it is PID 1 of a namespace of its own; not every process can do
 *     that
 */
public record SpawnPlan(
    Bytes program,
    List<Bytes> arguments,
    Environment environment,
    Bytes directory,
    List<Descriptor> descriptors,
    Session session,
    Identity identity,
    int umask,
    List<Limit> limits,
    boolean newPidNamespace) {

  /** One descriptor of the child. */
  public sealed interface Descriptor {
    /** The child's number for it. */
    int target();
  }

  /** A copy of descriptor {@code source} of the spawning process. */
  public record Copy(int target, int source) implements Descriptor {}

  /**
   * A file, opened by the child, after the copies have been made. Must not be one that blocks.
   *
   * @param flags of open(2), Linux generic values
   * @param mode for O_CREAT
   */
  public record Open(int target, Bytes path, int flags, int mode) implements Descriptor {}

  /** Closed. */
  public record Closed(int target) implements Descriptor {}

  /** Session and process group of the child. */
  public enum Session {
    /** Those of the spawning process. */
    SAME,
    /** A new session. */
    NEW,
    /**
     * A new session, whose controlling terminal is the child's descriptor 0 if that is a free
     * terminal.
     */
    NEW_WITH_TERMINAL,
    /** A new process group in the same session, in the background. */
    NEW_GROUP,
    /**
     * A new process group in the same session, in the foreground of the terminal that is the
     * child's descriptor 0.
     */
    FOREGROUND_GROUP
  }

  /** User, group and supplementary groups. */
  public record Identity(int uid, int gid, List<Integer> groups) {}

  /**
   * A resource limit.
   *
   * @param resource the Linux RLIMIT_ number
   * @param soft the soft limit, -1 for infinity
   * @param hard the hard limit, -1 for infinity
   */
  public record Limit(int resource, long soft, long hard) {}

  /** A plan with nothing but program, arguments and environment. */
  public static SpawnPlan of(Bytes program, List<Bytes> arguments, Environment environment) {
    return new SpawnPlan(
        program, arguments, environment, null, List.of(), Session.SAME, null, -1, List.of(), false);
  }

  public SpawnPlan withProgram(Bytes newProgram, List<Bytes> newArguments) {
    return new SpawnPlan(
        newProgram,
        newArguments,
        environment,
        directory,
        descriptors,
        session,
        identity,
        umask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan inDirectory(Bytes newDirectory) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        newDirectory,
        descriptors,
        session,
        identity,
        umask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan withDescriptors(List<Descriptor> newDescriptors) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        newDescriptors,
        session,
        identity,
        umask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan withSession(Session newSession) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        descriptors,
        newSession,
        identity,
        umask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan as(Identity newIdentity) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        descriptors,
        session,
        newIdentity,
        umask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan withUmask(int newUmask) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        descriptors,
        session,
        identity,
        newUmask,
        limits,
        newPidNamespace);
  }

  public SpawnPlan withLimits(List<Limit> newLimits) {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        descriptors,
        session,
        identity,
        umask,
        newLimits,
        newPidNamespace);
  }

  public SpawnPlan inNewPidNamespace() {
    return new SpawnPlan(
        program,
        arguments,
        environment,
        directory,
        descriptors,
        session,
        identity,
        umask,
        limits,
        true);
  }
}
