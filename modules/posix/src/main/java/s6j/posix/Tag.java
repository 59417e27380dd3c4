package s6j.posix;

/**
 * Numbers by which the next JVM recognizes children and descriptors: the hash of what each is for
 * and whose it is.
 */
public final class Tag {
  private static final long OFFSET = 0xcbf29ce484222325L;
  private static final long PRIME = 0x100000001b3L;

  private Tag() {}

  /** The tag of a thing that there is one of; never 0, which means none. */
  public static long of(String purpose) {
    return of(purpose, Bytes.EMPTY);
  }

  /** The tag of a thing that everybody has one of: FNV-1a of both; never 0, which means none. */
  public static long of(String purpose, Bytes whose) {
    long hash = OFFSET;
    for (int i = 0; i < purpose.length(); i++) {
      hash = (hash ^ purpose.charAt(i)) * PRIME;
    }
    hash = (hash ^ ':') * PRIME;
    for (int i = 0; i < whose.length(); i++) {
      hash = (hash ^ whose.at(i) & 255) * PRIME;
    }
    return hash == 0 ? 1 : hash;
  }
}
