package s6j.logging.time;

/** A time zone: how far its clocks are ahead of UTC. */
@FunctionalInterface
public interface Zone {
  Zone UTC = unixSeconds -> 0;

  /** Seconds to add to UTC at this time, which is in seconds since 1970 UTC. */
  int offsetAt(long unixSeconds);
}
