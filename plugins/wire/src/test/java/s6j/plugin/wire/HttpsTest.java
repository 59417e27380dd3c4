package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import s6j.plugin.testing.Lines;
import s6j.spi.log.LogConfigurationException;
import s6j.spi.log.LogLine;

/** TLS with a receiver whose certificate, for 127.0.0.1, an own file trusts. */
class HttpsTest {
  private static final String PASSWORD = "changeit";

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();
  private static final CountDownLatch ASKED = new CountDownLatch(1);

  @TempDir static Path directory;
  private static HttpsServer server;
  private static final List<String> received = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws Exception {
    keytool(
        "-genkeypair",
        "-alias",
        "k",
        "-keyalg",
        "EC",
        "-dname",
        "CN=x",
        "-ext",
        "SAN=ip:127.0.0.1");
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(directory.resolve("keys"))) {
      keys.load(in, PASSWORD.toCharArray());
    }
    Files.writeString(directory.resolve("ca.pem"), pem(keys.getCertificate("k")));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(keys, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            received.add(
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            exchange.sendResponseHeaders(204, -1);
          }
        });
    server.createContext("/blocks", exchange -> sleepWith(exchange));
    server.setExecutor(THREADS);
    server.start();
  }

  @AfterAll
  static void stop() {
    server.stop(0);
    THREADS.shutdownNow();
  }

  @Test
  void a_receiver_that_is_trusted_gets_the_lines() throws Exception {
    HttpDestination destination =
        open("127.0.0.1", "/p", "ca", directory.resolve("ca.pem").toString());
    destination.write(Lines.lines("one"));
    destination.write(Lines.lines("two"));
    destination.close();
    assertEquals(List.of("one", "two"), received);
  }

  @Test
  void a_receiver_that_is_not_trusted_gets_nothing() throws Exception {
    IOException failure =
        assertThrows(IOException.class, () -> open("127.0.0.1", "/p").write(Lines.lines("secret")));
    assertTrue(
        failure.getMessage().startsWith("unable to agree on TLS with https://127.0.0.1:"),
        failure.getMessage());
    assertTrue(!received.contains("secret"));
  }

  @Test
  void a_certificate_of_another_name_is_not_taken() throws Exception {
    HttpDestination destination =
        open("localhost", "/p", "ca", directory.resolve("ca.pem").toString());
    assertThrows(IOException.class, () -> destination.write(Lines.lines("secret")));
    assertTrue(!received.contains("secret"));
  }

  @Test
  void an_interrupt_ends_the_wait_for_an_answer() throws Exception {
    HttpDestination destination =
        open("127.0.0.1", "/blocks", "ca", directory.resolve("ca.pem").toString());
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    Thread writer =
        Thread.ofPlatform()
            .start(
                () -> {
                  try {
                    destination.write(Lines.lines("x"));
                    end.complete(new AssertionError("answered"));
                  } catch (IOException | InterruptedException e) {
                    end.complete(e);
                  }
                });
    assertTrue(ASKED.await(60, TimeUnit.SECONDS));
    writer.interrupt();
    assertEquals(InterruptedException.class, end.get(60, TimeUnit.SECONDS).getClass());
  }

  @Test
  void a_file_without_certificates_is_refused() throws Exception {
    Path empty = Files.createFile(directory.resolve("empty"));
    for (Path wrong : List.of(empty, directory.resolve("none"))) {
      LogConfigurationException refusal =
          assertThrows(
              LogConfigurationException.class,
              () -> open("127.0.0.1", "/p", "ca", wrong.toString()));
      assertTrue(
          refusal
              .getMessage()
              .startsWith("ca=" + wrong + ": expected a readable file of certificates in PEM"),
          refusal.getMessage());
    }
  }

  private static HttpDestination open(String host, String path, String... more)
      throws LogConfigurationException {
    // A busy machine may need more than the default.
    List<String> options = new ArrayList<>(List.of("timeout", "60"));
    options.addAll(List.of(more));
    String url = "https://" + host + ":" + server.getAddress().getPort() + path;
    return new HttpDestination(
        Lines.configuration(options.toArray(String[]::new)),
        Address.parse("to", url, Map.of("https", 443), "a URL"),
        Map.of(),
        HttpsTest::firstLine);
  }

  private static void sleepWith(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    ASKED.countDown();
    try {
      Thread.sleep(60_000);
    } catch (InterruptedException _) {
      exchange.close();
    }
  }

  private static byte[] firstLine(List<LogLine> lines) {
    return lines.getFirst().bytes();
  }

  private static String pem(Certificate certificate) throws Exception {
    return "-----BEGIN CERTIFICATE-----\n"
        + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
        + "\n-----END CERTIFICATE-----\n";
  }

  private static void keytool(String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
    command.addAll(List.of(arguments));
    command.addAll(
        List.of(
            "-keystore",
            directory.resolve("keys").toString(),
            "-storepass",
            PASSWORD,
            "-storetype",
            "PKCS12"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("keytool").toFile())
            .start();
    assertEquals(0, process.waitFor(), () -> "see " + directory.resolve("keytool"));
  }
}
