package s6j.logging.script;

import s6j.posix.Bytes;

/**
 * What is put before a line.
 *
 * @param tai64n a TAI64N label and a space
 * @param iso then local time and two spaces
 * @param prefix then this, its space included
 */
public record Layout(boolean tai64n, boolean iso, Bytes prefix) {
  public static final Layout BARE = new Layout(false, false, Bytes.EMPTY);

  public boolean stamped() {
    return tai64n || iso;
  }
}
