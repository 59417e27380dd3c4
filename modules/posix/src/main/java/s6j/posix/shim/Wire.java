package s6j.posix.shim;

/** The numbers of the protocol; {@code modules/shim/PROTOCOL.md} tells what they mean. */
final class Wire {
  static final int VERSION = 1;

  static final int FRAME_MAX = (16 << 20) - 4;
  static final int REPLY_MAX = 4 << 20;
  static final int DATA_MAX = 64 << 10;
  static final int CALLS_MAX = 65535;

  /**
   * What a client may say of itself. The kernel gives a program 2 MiB with the usual limits, and 6
   * at most, which would be too much for the runtime's memory.
   */
  static final int HELLO_MAX = 4 << 20;

  static final int OP_CALLS = 1;
  static final int OP_SPAWN = 2;
  static final int OP_FORK = 3;
  static final int OP_WATCH = 4;
  static final int OP_UNWATCH = 5;
  static final int OP_ACK = 6;
  static final int OP_FINISH = 7;
  static final int OP_ALIVE = 8;
  static final int OP_HOLD = 9;
  static final int OP_HANDLED = 10;
  static final int OP_RUN = 11;
  static final int OP_CALLS_UNHEARD = 12;

  static final int MAY_FAIL = 1;
  static final int MAY_BE_ABSENT = 2;
  static final int WHOLE = 4;

  static final int ARG_IMMEDIATE = 0;
  static final int ARG_IN = 1;
  static final int ARG_OUT = 2;
  static final int ARG_OUT_UP_TO_RESULT = 3;
  static final int ARG_VECTOR = 4;
  static final int ARG_RESULT = 5;
  static final int ARG_ENVIRONMENT = 6;
  static final int ARG_ARGUMENTS = 7;
  static final int ARG_CELL = 8;
  static final int ARG_IN_OUT = 9;
  static final int ARG_MESSAGE = 10;
  static final int ARG_MESSAGE_OUT = 11;
  static final int ARG_AGAIN = 12;
  static final int ARG_EXPECTED = 13;

  static final int FINISH_KILL = 1;
  static final int FINISH_SYNC = 2;

  static final int HELLO_PID1 = 1;

  private Wire() {}
}
