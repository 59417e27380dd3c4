package s6j.posix.shim;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.Provider;
import java.security.SecureRandomSpi;
import java.util.List;
import java.util.Map;

/**
 * Random numbers for the names that the JDK gives to Unix domain sockets that are bound to none. It
 * looks for them when the first such socket is made, by an algorithm's name that nobody else asks
 * for; with its own providers that takes longer than all the rest of the first socket. In the
 * runtime's {@code java.security} this provider comes first, and it answers for that name alone:
 * whoever wants random numbers for a secret gets the JDK's.
 */
public final class NameSource extends Provider {
  private static final long serialVersionUID = 1;

  /** As {@code java.security} names it. */
  private static final String NAME = "S6J";

  static final String ALGORITHM = "NativePRNGNonBlocking";

  private final transient Service urandom = new Urandom(this);

  /** By the service loader. */
  public NameSource() {
    super(NAME, "1", "names of sockets");
  }

  /** Not one that is put, which would be whose random numbers are taken when no name is said. */
  @Override
  public Service getService(String type, String algorithm) {
    return type.equals("SecureRandom") && algorithm.equals(ALGORITHM) ? urandom : null;
  }

  /** The service, without the reflection of the usual ones. */
  private static final class Urandom extends Service {
    Urandom(Provider provider) {
      super(provider, "SecureRandom", ALGORITHM, Bits.class.getName(), List.of(), Map.of());
    }

    @Override
    public Object newInstance(Object parameter) {
      return new Bits();
    }
  }

  /** The kernel's. */
  private static final class Bits extends SecureRandomSpi {
    private static final long serialVersionUID = 1;

    @Override
    protected void engineSetSeed(byte[] seed) {
      // The kernel needs none.
    }

    @Override
    protected void engineNextBytes(byte[] bytes) {
      try (FileInputStream urandom = new FileInputStream("/dev/urandom")) {
        if (urandom.readNBytes(bytes, 0, bytes.length) < bytes.length) {
          throw new IOException("/dev/urandom ends");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    protected byte[] engineGenerateSeed(int length) {
      byte[] seed = new byte[length];
      engineNextBytes(seed);
      return seed;
    }
  }
}
