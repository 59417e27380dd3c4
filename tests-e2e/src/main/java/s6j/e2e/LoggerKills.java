package s6j.e2e;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The logger of a service that writes all the time is killed with SIGKILL at random moments, and
 * started again by its supervisor. Each line that the service has written must be there in full,
 * and may be there twice.
 */
final class LoggerKills {
  private static final String LOGS = "/var/log/numbered";
  private static final String LOGGER = "/run/s6/services/numbered/log";
  private static final int PAUSE_MAX_MS = 300;
  private static final String RUN =
      """
      #!/bin/sh
      i=0
      while [ ! -e /enough ]; do
        n=$((i + 200))
        while [ $i -lt $n ]; do
          echo "line $i ends here"
          i=$((i + 1))
        done
        sleep 0.02
      done
      echo $i >/sent
      exec sleep 100000
      """;

  private LoggerKills() {}

  /** Returns whether no line was lost. */
  static boolean run(int kills) throws IOException {
    Recipe recipe =
        Recipe.on(Image.BUSYBOX)
            .script(
                "/etc/cont-init.d/10",
                "#!/bin/sh\nmkdir -p " + LOGS + "\nchown nobody:nogroup " + LOGS + "\n")
            .service("numbered", RUN)
            .script(
                "/etc/services.d/numbered/log/run",
                "#!/bin/sh\nexec s6-setuidgid nobody s6-log -b n100000 s1000000 " + LOGS + "\n");
    Random random = new Random();
    try (NamespaceRunner.Started container = Runner.NAMESPACE.start(recipe)) {
      container.awaitText("[services.d] done.");
      for (int i = 0; i < kills; i++) {
        container.execOk("s6-svwait", "-u", "-t", "20000", LOGGER);
        Container.pause(random.nextInt(PAUSE_MAX_MS));
        container.execOk("s6-svc", "-k", LOGGER);
      }
      container.execOk("touch", "/enough");
      Path logs = container.changed(LOGS);
      String last = "line " + (sent(container) - 1) + " ends here\n";
      for (int i = 0; !Files.readString(logs.resolve("current")).endsWith(last); i++) {
        if (i == 200) {
          System.out.println(kills + " kills: LOST: " + last.strip() + ", the last one");
          return false;
        }
        Container.pause(100);
      }
      return account(kills, sent(container), logs);
    }
  }

  private static int sent(NamespaceRunner.Started container) throws IOException {
    Path sent = container.changed("/sent");
    for (int i = 0; i < 200 && (!Files.exists(sent) || Files.size(sent) == 0); i++) {
      Container.pause(100);
    }
    return Integer.parseInt(Files.readString(sent).strip());
  }

  private static boolean account(int kills, int sent, Path logs) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.list(logs)) {
      files = all.filter(file -> file.getFileName().toString().matches("@.*|current")).toList();
    }
    BitSet seen = new BitSet(sent);
    int twice = 0;
    int torn = 0;
    for (Path file : files) {
      String content = Files.readString(file, StandardCharsets.ISO_8859_1);
      for (String line : content.split("(?<=\n)")) {
        int number = number(line);
        torn += number < 0 && !line.isEmpty() ? 1 : 0;
        if (number >= 0) {
          twice += seen.get(number) ? 1 : 0;
          seen.set(number);
        }
      }
    }
    int lost = sent - seen.cardinality();
    System.out.println(
        kills
            + " kills of a logger: "
            + sent
            + " lines, "
            + (lost == 0 ? "none" : lost + " LINES")
            + " lost, "
            + twice
            + " twice, "
            + torn
            + " in part as well");
    return lost == 0 && torn <= kills;
  }

  private static int number(String line) {
    return line.matches("line \\d+ ends here\n")
        ? Integer.parseInt(line.substring(5, line.length() - 11))
        : -1;
  }
}
