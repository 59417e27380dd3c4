package s6j.posix.jnr;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.InitProcess;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.SpawnPlan;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.contract.InitContract;
import s6j.testing.contract.Scenario;

/** This JVM as init, a subreaper. */
class JnrInitContractTest extends InitContract {
  private static final JnrInit INIT = init();

  private static JnrInit init() {
    try {
      return JnrInit.open(List.of(Bytes.of("contract")));
    } catch (PosixException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  protected InitProcess posix() {
    return INIT;
  }

  /** As its own child: a ProcessBuilder would wait in vain for what the reaper has reaped. */
  @Override
  protected Outcome outcomeOf(Scenario scenario) throws Exception {
    String kind =
        switch (scenario) {
          case FINISHES -> "init";
          case TELLS_WHO_SENT_QUIT -> "restart";
          default -> "command";
        };
    List<String> words = Jvm.words(scenario, kind);
    Environment environment = Environment.EMPTY;
    for (Map.Entry<String, String> variable : Jvm.ENVIRONMENT.entrySet()) {
      environment = environment.with(variable.getKey(), variable.getValue());
    }
    Path stdout = Files.createTempFile("s6j", ".out");
    Path stderr = Files.createTempFile("s6j", ".err");
    SpawnPlan plan =
        SpawnPlan.of(
                Bytes.of(words.getFirst()), Bytes.listOf(words.toArray(new String[0])), environment)
            .withDescriptors(onlyOutput(stdout, stderr));
    int code = await(INIT.spawn(plan)).shellCode();
    Outcome outcome = new Outcome(code, Files.readString(stdout), Files.readString(stderr));
    Files.delete(stdout);
    Files.delete(stderr);
    return outcome;
  }

  /** The JVM of the tests was given descriptors of its own by Maven. */
  private static List<SpawnPlan.Descriptor> onlyOutput(Path stdout, Path stderr) {
    List<SpawnPlan.Descriptor> all = new ArrayList<>();
    all.add(into(1, stdout));
    all.add(into(2, stderr));
    for (int fd = 3; fd < 100; fd++) {
      all.add(new SpawnPlan.Closed(fd));
    }
    return all;
  }

  private static SpawnPlan.Descriptor into(int target, Path file) {
    return new SpawnPlan.Open(target, Bytes.of(file.toString()), OpenFlags.WRONLY, 0);
  }
}
