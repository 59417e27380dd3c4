package s6j.posix.jnr;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import s6j.testing.CommandRunner;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.contract.Scenario;

/** Runs scenarios in JVMs of their own. */
final class Jvm {
  private Jvm() {}

  static final Map<String, String> ENVIRONMENT =
      Map.of("CONTRACT", "given", "PATH", "/usr/bin:/bin:/usr/sbin:/sbin");

  /** The command line that runs a scenario. */
  static List<String> words(Scenario scenario, String kind) {
    return List.of(
        System.getProperty("java.home") + "/bin/java",
        "-XX:TieredStopAtLevel=1",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        classPath(),
        ScenarioMain.class.getName(),
        scenario.name(),
        kind,
        "contract",
        "one",
        "two");
  }

  static Outcome outcomeOf(Scenario scenario) {
    String[] words = words(scenario, "command").toArray(new String[0]);
    return CommandRunner.runProgram(Path.of("/"), "", ENVIRONMENT, words);
  }

  /** Everything that this JVM has, whether as modules or on its class path. */
  static String classPath() {
    String modules = System.getProperty("jdk.module.path");
    String classes = System.getProperty("java.class.path") + ":" + testClasses();
    return modules == null ? classes : modules + ":" + classes;
  }

  static String testClasses() {
    return Path.of("target/test-classes").toAbsolutePath().toString();
  }
}
