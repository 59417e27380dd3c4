package s6j.logging.commands;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import s6j.testing.CommandRunner;

/**
 * Measures how fast ours and the original log lines of 112 bytes with {@code n20 s1000000 T}, one
 * after the other. Arguments: a directory to log in, how many MiB (200), how often (5).
 */
final class Throughput {
  private static final String LINE = "x".repeat(111) + "\n";

  private Throughput() {}

  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]);
    int mebibytes = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 200;
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 5;
    byte[] block = LINE.repeat(9362).getBytes(StandardCharsets.US_ASCII);
    try (CommandRunner runner = CommandRunner.of(LoggingCommands.all())) {
      measure(runner, directory, "s6-log", block, 20);
      for (int i = 0; i < rounds; i++) {
        for (String program : new String[] {"s6-log", Logs.ORIGINAL}) {
          double seconds = measure(runner, directory, program, block, mebibytes);
          double rate = (double) block.length * mebibytes / (1 << 20) / seconds;
          System.out.printf(Locale.ROOT, "%-16s %7.1f MiB/s%n", program, rate);
        }
      }
    }
  }

  private static double measure(
      CommandRunner runner, Path directory, String program, byte[] block, int blocks)
      throws IOException, InterruptedException {
    Path cwd = Files.createTempDirectory(directory, "throughput");
    long start = System.nanoTime();
    Process logger = Logs.start(runner, cwd, program, "n20", "s1000000", "T", "./d");
    try (OutputStream to = logger.getOutputStream()) {
      for (int i = 0; i < blocks; i++) {
        to.write(block);
      }
    }
    if (logger.waitFor() != 0) {
      throw new IOException(program + " exited " + logger.exitValue());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    Logs.delete(cwd);
    return seconds;
  }
}
