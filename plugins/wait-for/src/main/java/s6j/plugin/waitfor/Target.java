package s6j.plugin.waitfor;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;

/** Something to wait for. */
sealed interface Target {
  /** How long one attempt may take, in milliseconds. */
  int ATTEMPT_MS = 2000;

  int STATUS_LINE_MAX = 1024;

  /**
   * Looks whether it is there. May block for an attempt.
   *
   * @return empty when it is there, otherwise why not
   */
  String look();

  /** A port that takes connections. */
  record Tcp(String host, int port) implements Target {
    @Override
    public String look() {
      try {
        connect(host, port).close();
        return "";
      } catch (IOException e) {
        return reason(e);
      }
    }

    @Override
    public String toString() {
      return "tcp://" + host + ":" + port;
    }
  }

  /** A page that is there: its status is 200 to 399. */
  record Http(String host, int port, String path) implements Target {
    @Override
    public String look() {
      try (Socket socket = connect(host, port)) {
        socket.setSoTimeout(ATTEMPT_MS);
        String request =
            "GET "
                + path
                + " HTTP/1.0\r\nHost: "
                + host
                + ":"
                + port
                + "\r\nUser-Agent: s6j\r\n\r\n";
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        return judge(firstLine(socket.getInputStream()));
      } catch (IOException e) {
        return reason(e);
      }
    }

    private static String firstLine(InputStream in) throws IOException {
      StringBuilder line = new StringBuilder();
      for (int c = in.read();
          c >= 0 && c != '\n' && line.length() < STATUS_LINE_MAX;
          c = in.read()) {
        line.append((char) c);
      }
      return line.toString().strip();
    }

    /** What a status line means. */
    static String judge(String line) {
      int space = line.indexOf(' ');
      boolean http = line.startsWith("HTTP/") && space > 0 && line.length() >= space + 4;
      if (!http) {
        return "no HTTP answer";
      }
      char hundreds = line.charAt(space + 1);
      return hundreds == '2' || hundreds == '3' ? "" : "status " + line.substring(space + 1);
    }

    @Override
    public String toString() {
      return "http://" + host + ":" + port + path;
    }
  }

  /** A file, directory, socket, or whatever there is of this name. */
  record Path(String path) implements Target {
    @Override
    public String look() {
      return new File(path).exists() ? "" : "not there";
    }

    @Override
    public String toString() {
      return "file:" + path;
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(host, port), ATTEMPT_MS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case SocketTimeoutException timeout -> "no answer";
      case java.net.UnknownHostException unknown -> "unknown host";
      case ConnectException refused -> "connection refused";
      default -> e.getMessage() == null ? e.getClass().getName() : e.getMessage();
    };
  }

  /**
   * Reads one word: {@code tcp://HOST:PORT}, {@code HOST:PORT}, {@code http://HOST[:PORT]/PATH},
   * {@code file:///PATH} or {@code /PATH}.
   *
   * @throws IllegalArgumentException when it is none of these; the message says what was expected
   */
  static Target parse(String word) {
    if (word.startsWith("/")) {
      return new Path(word);
    }
    try {
      URI uri = new URI(word.contains("://") ? word : "tcp://" + word);
      String scheme = String.valueOf(uri.getScheme());
      String host = host(uri);
      int port = uri.getHost() == null ? portBehind(uri.getRawAuthority()) : uri.getPort();
      if (scheme.equals("tcp") && host != null && port > 0 && uri.getRawPath().isEmpty()) {
        return new Tcp(host, port(port));
      }
      if (scheme.equals("http") && host != null && port != 0) {
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Http(host, port < 0 ? 80 : port(port), path + query);
      }
      if (scheme.equals("file") && uri.getAuthority() == null && uri.getPath().startsWith("/")) {
        return new Path(uri.getPath());
      }
    } catch (URISyntaxException e) {
      // It is said below what was expected.
    }
    throw new IllegalArgumentException(
        "expected HOST:PORT, tcp://HOST:PORT, http://HOST[:PORT]/PATH or file:///PATH, got \""
            + word
            + "\"");
  }

  /** With {@code _} in it, too, which Docker Compose allows and {@link URI} does not; or null. */
  private static String host(URI uri) {
    if (uri.getHost() != null || uri.getRawAuthority() == null) {
      return uri.getHost();
    }
    String authority = uri.getRawAuthority();
    int end = authority.indexOf(':') < 0 ? authority.length() : authority.indexOf(':');
    for (int i = 0; i < end; i++) {
      char c = authority.charAt(i);
      boolean letter = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
      if (!letter && !(c >= '0' && c <= '9') && "-._".indexOf(c) < 0) {
        return null;
      }
    }
    return end == 0 ? null : authority.substring(0, end);
  }

  /** The port behind a host's name; -1 when there is none, 0 when it is no number. */
  private static int portBehind(String authority) {
    int colon = authority == null ? -1 : authority.indexOf(':');
    if (colon < 0) {
      return -1;
    }
    try {
      return Integer.parseUnsignedInt(authority, colon + 1, authority.length(), 10);
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static int port(int port) {
    if (port > 0xffff) {
      throw new IllegalArgumentException("expected a port from 1 to 65535, got " + port);
    }
    return port;
  }
}
