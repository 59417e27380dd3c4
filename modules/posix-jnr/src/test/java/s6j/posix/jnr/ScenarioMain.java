package s6j.posix.jnr;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Posix;
import s6j.testing.contract.Scenario;

/** A JVM that does what one scenario says. */
public final class ScenarioMain {
  private ScenarioMain() {}

  /**
   * @param args name of the scenario, "command", "init" or "restart", and the arguments of the
   *     process
   */
  public static void main(String[] args) throws Exception {
    if (args[1].equals("restart")) {
      JnrInit.restartWithSignalsBlocked();
    }
    List<Bytes> own = JnrPosix.argumentsOfMain(args.length - 2);
    Posix posix = args[1].equals("command") ? JnrPosix.open(own) : JnrInit.open(own);
    Scenario.valueOf(args[0]).run(posix);
  }
}
