package s6j.posix.shim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.Security;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A provider that comes first and is asked for one thing only. */
class NameSourceTest {
  private final NameSource provider = new NameSource();

  @BeforeEach
  void first() {
    assertEquals(1, Security.insertProviderAt(provider, 1));
  }

  @AfterEach
  void remove() {
    Security.removeProvider(provider.getName());
  }

  @Test
  void it_gives_random_numbers_for_names_of_sockets() throws GeneralSecurityException {
    SecureRandom random = SecureRandom.getInstance("NativePRNGNonBlocking");
    assertInstanceOf(NameSource.class, random.getProvider());
    byte[] one = new byte[32];
    byte[] two = new byte[32];
    random.nextBytes(one);
    random.nextBytes(two);
    assertFalse(Arrays.equals(one, two));
    assertEquals(32, random.generateSeed(32).length);
  }

  @Test
  void whoever_wants_them_for_secrets_gets_the_jdks() throws GeneralSecurityException {
    assertNotEquals(provider, new SecureRandom().getProvider());
    assertNotEquals(provider, SecureRandom.getInstanceStrong().getProvider());
    assertNotEquals(provider, SecureRandom.getInstance("NativePRNG").getProvider());
    assertNotEquals(provider, MessageDigest.getInstance("SHA-256").getProvider());
  }
}
