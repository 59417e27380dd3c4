package s6j.plugin.secrets;

import com.google.auto.service.AutoService;
import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.StageContext;
import s6j.spi.StageHook;
import s6j.spi.StageVeto;

/**
 * For every variable {@code FILE__NAME} of the container sets {@code NAME} to the content of the
 * file that it names, without a newline at its end; before anybody has the environment, so it is as
 * if the container had been started with {@code NAME}. {@code FILE__NAME} stays.
 *
 * <p>A secret that cannot be read stops the container, with exit code 111, unless {@code
 * S6_SECRETS_OPTIONAL} is set to something else than 0.
 */
@AutoService(StageHook.class)
public final class Secrets implements StageHook {
  private static final String PREFIX = "FILE__";
  private static final OsString OPTIONAL = OsString.of("S6_SECRETS_OPTIONAL");
  private static final int FAILED = 111;

  /** Linux lets no variable be longer, its name and the end included. */
  private static final int ENTRY_MAX = 128 << 10;

  /** Found by the service loader. */
  public Secrets() {}

  @Override
  public Set<Point> points() {
    return Set.of(Point.BEFORE_STAGE1);
  }

  /** Before other plugins, which may want to see the secrets. */
  @Override
  public int priority() {
    return -100;
  }

  @Override
  public void reached(Point point, StageContext context) throws StageVeto {
    Map<OsString, OsString> environment = context.environment();
    List<String> problems = new ArrayList<>();
    environment.forEach(
        (name, path) -> {
          if (name.startsWith(PREFIX) && name.length() > PREFIX.length()) {
            OsString variable = name.from(PREFIX.length());
            try {
              context.set(variable, content(path, ENTRY_MAX - variable.length() - 2));
            } catch (IOException | IllegalArgumentException e) {
              problems.add(name + ": " + e.getMessage());
            }
          }
        });
    if (problems.isEmpty()) {
      return;
    }
    if (!isOptional(environment.getOrDefault(OPTIONAL, OsString.EMPTY))) {
      throw new StageVeto(String.join("; ", problems), FAILED);
    }
    for (String problem : problems) {
      context.container().warn(problem);
    }
  }

  private static boolean isOptional(OsString value) {
    return !value.isEmpty() && !value.equals(OsString.of("0"));
  }

  /** The content of a file as a value; the message of the exception says all. */
  static OsString content(OsString path, int limit) throws IOException {
    File file = file(path);
    byte[] all;
    if (file.isDirectory()) {
      throw new IOException("unable to read " + path + ": it is a directory");
    }
    try (FileInputStream in = new FileInputStream(file)) {
      all = in.readNBytes(limit + 2);
    } catch (IOException e) {
      throw new IOException("unable to read " + path + ": " + reason(file, e), e);
    }
    int end = all.length > 0 && all[all.length - 1] == '\n' ? all.length - 1 : all.length;
    if (end > limit) {
      throw new IOException(
          path + " is longer than a variable can be, which is " + limit + " bytes");
    }
    for (int i = 0; i < end; i++) {
      if (all[i] == 0) {
        throw new IOException(path + " has a NUL in it, which no variable can have");
      }
    }
    return OsString.of(Arrays.copyOf(all, end));
  }

  private static String reason(File file, IOException e) {
    if (!file.exists()) {
      return "no such file";
    }
    return file.canRead() ? e.getMessage() : "permission denied";
  }

  /** Java has names of files as text, in the encoding that the JVM was started in. */
  private static File file(OsString path) throws IOException {
    Charset charset = Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
    try {
      File file =
          new File(
              charset
                  .newDecoder()
                  .onMalformedInput(CodingErrorAction.REPORT)
                  .onUnmappableCharacter(CodingErrorAction.REPORT)
                  .decode(ByteBuffer.wrap(path.bytes()))
                  .toString());
      if (!file.isAbsolute()) {
        throw new IOException("expected the absolute path of a file, got \"" + path + "\"");
      }
      return file;
    } catch (CharacterCodingException e) {
      throw new IOException("the path " + path + " has bytes that are no " + charset, e);
    }
  }
}
