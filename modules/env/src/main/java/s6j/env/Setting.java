package s6j.env;

import s6j.posix.Bytes;

/** The variables that s6-overlay is set up with: what each is called, holds, and is by default. */
public enum Setting {
  /**
   * Not 0: the supervision tree keeps the container's environment, and there are no files of it.
   */
  S6_KEEP_ENV(Kind.KEEP_SWITCH, 0),
  /** Where output goes: 0 to the container's, 1 to the catch-all log but for CMD's, 2 all of it. */
  S6_LOGGING(Kind.COUNT, 0),
  /** What a failing stage 2 leads to: 0 nothing, 1 a warning, 2 the container stops. */
  S6_BEHAVIOUR_IF_STAGE2_FAILS(Kind.COUNT, 0),
  /** How long each cont-finish script may take; 0 is without limit. */
  S6_KILL_FINISH_MAXTIME(Kind.MILLISECONDS, 5000),
  /** How long services may take to go down; 0 is without limit. */
  S6_SERVICES_GRACETIME(Kind.MILLISECONDS, 3000),
  /** How long other processes may take to end after SIGTERM; 0 is no time at all. */
  S6_KILL_GRACETIME(Kind.MILLISECONDS, 3000),
  /** The directives that s6-log is given by logutil-service. */
  S6_LOGGING_SCRIPT("n20 s1000000 T"),
  /** Words that are put before CMD. */
  S6_CMD_ARG0(Kind.TEXT, 0),
  /** Not 0: fix-attrs also goes into what starts with a dot. */
  S6_FIX_ATTRS_HIDDEN(Kind.SWITCH, 0),
  /** Not 0: CMD waits for services to be up, those with notification-fd to be ready. */
  S6_CMD_WAIT_FOR_SERVICES(Kind.COUNT, 0),
  /** How long CMD waits for services at most; 0 is without limit. */
  S6_CMD_WAIT_FOR_SERVICES_MAXTIME(Kind.MILLISECONDS, 5000),
  /** Accepted, and without effect: a root that cannot be written to is noticed. */
  S6_READ_ONLY_ROOT(Kind.SWITCH, 0),
  /** Not 0: commands that scripts call by path get links in /bin. */
  S6_BIN_LINKS(Kind.SWITCH, 1),
  /** Not 0: file systems are flushed when the container stops. */
  S6_SYNC_DISKS(Kind.SWITCH, 0),
  /** The name of a directory below /etc/cont-profile.d that is used in place of /etc. */
  S6_RUNTIME_PROFILE(Kind.TEXT, 0),
  /** Not 0: signals to the container go to CMD (from v3). */
  S6_CMD_RECEIVE_SIGNALS(Kind.SWITCH, 0),
  /** Not 0: the container stops when something is wrong with a plugin. */
  S6_PLUGINS_STRICT(Kind.SWITCH, 0),
  /** How long a call of a plugin may take; 0 is without limit. */
  S6_PLUGINS_TIMEOUT(Kind.MILLISECONDS, 30_000);

  /** What a variable holds. */
  enum Kind {
    /** 0 for no, another whole number for yes. */
    SWITCH("a number (0 for no, 1 for yes)"),
    /** As a switch; what is no number is yes, as it always was. */
    KEEP_SWITCH("a number (0 for no, 1 for yes)"),
    /** A whole number, not negative. */
    COUNT("a number"),
    /** A time. */
    MILLISECONDS("a number of milliseconds"),
    /** Any bytes. */
    TEXT("text");

    private final String expected;

    Kind(String expected) {
      this.expected = expected;
    }

    String expected() {
      return expected;
    }
  }

  private final Bytes variable = Bytes.of(name());
  private final Kind kind;
  private final long number;
  private final Bytes text;

  Setting(Kind kind, long number) {
    this.kind = kind;
    this.number = number;
    this.text = null;
  }

  Setting(String text) {
    this.kind = Kind.TEXT;
    this.number = 0;
    this.text = Bytes.of(text);
  }

  /** The name of the variable. */
  public Bytes variable() {
    return variable;
  }

  /** The default of a number: milliseconds where it is a time. */
  public long defaultNumber() {
    return number;
  }

  /** The default of a text; null when it is not set by default. */
  public Bytes defaultText() {
    return text;
  }

  Kind kind() {
    return kind;
  }
}
