package s6j.spi;

/**
 * The points of a container's life at which stage hooks are called, in their order. A point is
 * passed also when there is nothing to do between it and the next, because a directory is empty or
 * not there; those up to {@link #AFTER_CMD} are not passed any more once the container is to stop.
 */
public enum Point {
  /**
   * Before the container's environment is written to {@code container_environment}: what a hook
   * adds here reaches everything, as if the container had been started with it; but what s6j reads
   * itself ({@code S6_LOGGING}, …) it has read before.
   */
  BEFORE_STAGE1,
  /** The environment is in its files. */
  AFTER_STAGE1,
  /** Directly after {@link #AFTER_STAGE1}. */
  BEFORE_STAGE2,
  /** Before the rules of {@code fix-attrs.d} are applied. */
  BEFORE_FIX_ATTRS,
  /** After that. */
  AFTER_FIX_ATTRS,
  /** Before the scripts of {@code cont-init.d} run. */
  BEFORE_CONT_INIT,
  /** After the last of them. */
  AFTER_CONT_INIT,
  /** Before the services of {@code services.d} are started. */
  BEFORE_SERVICES,
  /** They are started; with {@code S6_CMD_WAIT_FOR_SERVICES} they are up. */
  AFTER_SERVICES,
  /** Directly after {@link #AFTER_SERVICES}. */
  AFTER_STAGE2,
  /** Before CMD is started; also when there is none. */
  BEFORE_CMD,
  /** CMD is started, or there is none: the container is up. */
  AFTER_CMD,
  /**
   * The container is to stop. From here on a hook has no more time than {@code
   * S6_KILL_FINISH_MAXTIME} allows to a finish script.
   */
  BEFORE_STAGE3,
  /** Before the scripts of {@code cont-finish.d} run; services are told to stop already. */
  BEFORE_CONT_FINISH,
  /** After the last of them. */
  AFTER_CONT_FINISH,
  /** Before services and other processes are waited for, and ended. */
  BEFORE_STOP,
  /** No process is left, or the time to wait for them is over. */
  AFTER_STOP,
  /** Directly after {@link #AFTER_STOP}; what is left is killed next. */
  AFTER_STAGE3;

  /**
   * Whether the container is going down at this point: there is nothing to veto any more.
   *
   * @return true from {@link #BEFORE_STAGE3} on
   */
  public boolean isDown() {
    return compareTo(BEFORE_STAGE3) >= 0;
  }
}
