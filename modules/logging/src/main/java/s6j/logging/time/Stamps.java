package s6j.logging.time;

import java.time.Instant;

/**
 * The stamps of lines. The clock is read once for lines that were read at once: each of them is a
 * nanosecond after the one before, so that stamps tell lines apart and sort as lines came. What
 * changes once a second is formatted once a second.
 */
public final class Stamps {
  private static final long NANOS = 1_000_000_000L;

  /** How far stamps may be before the clock, nanoseconds; beyond, it was the clock that was set. */
  private static final long AHEAD_MAX = 1_000_000L;

  private final Zone zone;
  private final byte[] label = new byte[Tai64n.LENGTH + 1];
  private final byte[] iso = new byte[IsoTime.LENGTH + 2];
  private long labelSecond = Long.MIN_VALUE;
  private int labelNanos;
  private long isoSecond = Long.MIN_VALUE;
  private int isoNanos;
  private long seconds;
  private int nanos;

  /**
   * @param zone for times that people read
   */
  public Stamps(Zone zone) {
    this.zone = zone;
    label[Tai64n.LENGTH] = ' ';
    iso[IsoTime.LENGTH] = ' ';
    iso[IsoTime.LENGTH + 1] = ' ';
    arrived();
  }

  /** The next lines are of now. */
  public void arrived() {
    arrived(Instant.now());
  }

  void arrived(Instant now) {
    long ahead = (seconds - now.getEpochSecond()) * NANOS + nanos - now.getNano();
    if (ahead < 0 || ahead > AHEAD_MAX) {
      set(now.getEpochSecond(), now.getNano());
    }
  }

  /** The next line follows. */
  public void tick() {
    nanos++;
    if (nanos == NANOS) {
      nanos = 0;
      seconds++;
    }
  }

  /** The next line is of this time. */
  public void set(long unixSeconds, int nanosOfSecond) {
    seconds = unixSeconds;
    nanos = nanosOfSecond;
  }

  /** The time of the line. */
  public Instant time() {
    return Instant.ofEpochSecond(seconds, nanos);
  }

  /** The label of the line, with one space after it; to be copied at once. */
  public byte[] label() {
    if (labelSecond != seconds) {
      Tai64n.format(seconds, nanos, label, 0);
      labelSecond = seconds;
    } else if (labelNanos + 1 == nanos) {
      Tai64n.next(label, 0);
    } else {
      Tai64n.formatNanos(nanos, label, 0);
    }
    labelNanos = nanos;
    return label;
  }

  /** The time of the line as people read it, with two spaces after it; to be copied at once. */
  public byte[] iso() {
    if (isoSecond != seconds) {
      IsoTime.format(seconds, nanos, zone, iso, 0);
      isoSecond = seconds;
    } else if (isoNanos + 1 == nanos) {
      IsoTime.next(iso, 0);
    } else {
      IsoTime.formatNanos(nanos, iso, 0);
    }
    isoNanos = nanos;
    return iso;
  }
}
