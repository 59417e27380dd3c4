package s6j.plugin.wire;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import s6j.spi.log.LogConfigurationException;

/** Whose certificates are believed. */
public final class Trust {
  private Trust() {}

  /**
   * The option {@code ca}: a file of certificates in PEM; without it, the authorities that the
   * runtime brings.
   *
   * @throws LogConfigurationException when the file cannot be read, or has no certificate
   */
  public static SSLSocketFactory of(Options options) throws LogConfigurationException {
    String file = options.text("ca", "");
    try {
      return file.isEmpty()
          ? SSLContext.getDefault().getSocketFactory()
          : trusting(Path.of(file)).getSocketFactory();
    } catch (IOException | GeneralSecurityException e) {
      throw Options.wrong("ca", file, "a readable file of certificates in PEM (" + e + ")");
    }
  }

  private static SSLContext trusting(Path file) throws IOException, GeneralSecurityException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int count = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("ca" + count++, each);
      }
      if (count == 0) {
        throw new IOException("no certificate in it");
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
