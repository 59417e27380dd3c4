package s6j.supervise;

import java.time.Duration;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.InitProcess;
import s6j.posix.PosixException;
import s6j.posix.ProcessInfo;
import s6j.posix.SpawnPlan;
import s6j.testing.ForwardingPosix;

/** Another init, for tests that look at some of what it is asked for, or change it. */
abstract class ForwardingInit extends ForwardingPosix implements InitProcess {
  private final InitProcess init;

  ForwardingInit(InitProcess init) {
    super(init);
    this.init = init;
  }

  @Override
  public void watch(int fd, long tag) throws PosixException {
    init.watch(fd, tag);
  }

  @Override
  public Event nextEvent(Duration patience) throws InterruptedException {
    return init.nextEvent(patience);
  }

  @Override
  public void post(Runnable task) {
    init.post(task);
  }

  @Override
  public int spawn(SpawnPlan plan, long tag) throws PosixException {
    return init.spawn(plan, tag);
  }

  @Override
  public void readNow(List<ProcessInfo.Held> watched) throws PosixException {
    init.readNow(watched);
  }

  @Override
  public void hold(int fd, long tag) throws PosixException {
    init.hold(fd, tag);
  }

  @Override
  public void unwatch(int fd) throws PosixException {
    init.unwatch(fd);
  }

  @Override
  public void callLater(CallList calls, Outcome outcome) {
    init.callLater(calls, outcome);
  }

  @Override
  public void unwatchLater(int fd, Runnable done) {
    init.unwatchLater(fd, done);
  }

  @Override
  public void forget(int pid) {
    init.forget(pid);
  }

  @Override
  public void acknowledgeTermination() {
    init.acknowledgeTermination();
  }

  @Override
  public void finish(int code, boolean sync) {
    init.finish(code, sync);
  }
}
