package s6j.logging.time;

import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.Files;
import s6j.posix.PosixException;

/** The time zone of a process: its TZ, or /etc/localtime where it runs. UTC when there is none. */
public final class LocalZone {
  private static final int FILE_MAX = 1 << 20;
  private static final Bytes DATABASE = Bytes.of("/usr/share/zoneinfo");
  private static final Bytes DEFAULT = Bytes.of("/etc/localtime");

  private LocalZone() {}

  /** Reads it through the process. */
  public static Zone of(Files files, Environment environment) {
    Bytes tz = environment.get("TZ");
    if (tz == null) {
      return orUtc(file(files, DEFAULT));
    }
    Bytes name = tz.startsWith(":") ? tz.from(1) : tz;
    if (name.isEmpty()) {
      return Zone.UTC;
    }
    Zone zone = file(files, name.at(0) == '/' ? name : DATABASE.slash(name));
    return orUtc(zone != null ? zone : PosixZone.parse(name.latin1()));
  }

  private static Zone file(Files files, Bytes path) {
    try {
      return ZoneFile.parse(files.read(path, FILE_MAX));
    } catch (PosixException e) {
      // As for any program: a zone that cannot be read is UTC, and nobody is told.
      return null;
    }
  }

  private static Zone orUtc(Zone zone) {
    return zone == null ? Zone.UTC : zone;
  }
}
