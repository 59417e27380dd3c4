package s6j.logging.time;

import java.time.Instant;

/**
 * The stamps of lines. One time for each line; what changes once a second is formatted once a
 * second.
 */
public final class Stamps {
  private static final long NANOS = 1_000_000_000L;

  /** How long the monotonic clock is trusted to run beside the wall clock. */
  private static final long TRUST = 10_000_000L;

  private final Zone zone;
  private final byte[] label = new byte[Tai64n.LENGTH + 1];
  private final byte[] iso = new byte[IsoTime.LENGTH + 2];
  private long labelSecond = Long.MIN_VALUE;
  private long isoSecond = Long.MIN_VALUE;
  private long seconds;
  private int nanos;
  private long anchor;
  private long anchorSeconds;
  private int anchorNanos;

  /**
   * @param zone for times that people read
   */
  public Stamps(Zone zone) {
    this.zone = zone;
    label[Tai64n.LENGTH] = ' ';
    iso[IsoTime.LENGTH] = ' ';
    iso[IsoTime.LENGTH + 1] = ' ';
    Instant now = Instant.now();
    set(now.getEpochSecond(), now.getNano());
    anchor = System.nanoTime() - TRUST - 1;
  }

  /** The next line is of now. */
  public void tick() {
    long passed = System.nanoTime() - anchor;
    if (passed > TRUST) {
      Instant now = Instant.now();
      anchor = System.nanoTime();
      anchorSeconds = now.getEpochSecond();
      anchorNanos = now.getNano();
      set(anchorSeconds, anchorNanos);
      return;
    }
    long total = anchorNanos + passed;
    set(anchorSeconds + total / NANOS, (int) (total % NANOS));
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
    if (labelSecond == seconds) {
      Tai64n.formatNanos(nanos, label, 0);
    } else {
      Tai64n.format(seconds, nanos, label, 0);
      labelSecond = seconds;
    }
    return label;
  }

  /** The time of the line as people read it, with two spaces after it; to be copied at once. */
  public byte[] iso() {
    if (isoSecond == seconds) {
      IsoTime.formatNanos(nanos, iso, 0);
    } else {
      IsoTime.format(seconds, nanos, zone, iso, 0);
      isoSecond = seconds;
    }
    return iso;
  }
}
