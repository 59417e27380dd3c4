package s6j.posix.jnr;

import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.WaitStatus;
import s6j.testing.CommandRunner.Outcome;
import s6j.testing.contract.PosixContract;
import s6j.testing.contract.Scenario;

/** This JVM as a command. */
class JnrPosixContractTest extends PosixContract {
  private final JnrPosix posix = JnrPosix.open(List.of(Bytes.of("contract")));

  @Override
  protected Posix posix() {
    return posix;
  }

  @Override
  protected WaitStatus await(int pid) throws PosixException {
    return posix.waitFor(pid);
  }

  @Override
  protected Outcome outcomeOf(Scenario scenario) {
    return Jvm.outcomeOf(scenario);
  }
}
