package s6j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.WaitStatus;
import s6j.testing.CommandRunner.Outcome;

/** A process of the shim as a command. */
class ShimPosixContractTest extends PosixContract {
  private ShimCommands commands;
  private Posix posix;

  @BeforeAll
  void connect() throws Exception {
    commands = new ShimCommands();
    posix = commands.shared();
  }

  @AfterAll
  void disconnect() throws Exception {
    commands.close();
  }

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
    return commands.outcomeOf(scenario);
  }

  @Test
  void a_fork_is_a_child_that_makes_calls_of_its_own() throws Exception {
    assertTrue(posix.canFork());
    Posix child = posix.fork();
    child.exit(9);
    assertEquals(WaitStatus.exited(9), posix.waitFor(child.info().pid()));
    child.close();
  }
}
