package s6j.supervise;

import java.time.Instant;

/** A moment by the clock on the wall, which stays the same however often it is written. */
final class Stamp {
  private long loopMs;
  private Tai tai;

  Tai at(long moment) {
    if (tai == null || moment != loopMs) {
      keep(moment, Tai.of(Instant.now().minusMillis(EventLoop.now() - moment)));
    }
    return tai;
  }

  void keep(long moment, Tai wallClock) {
    loopMs = moment;
    tai = wallClock;
  }
}
