package s6j.supervise;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.CallList;
import s6j.posix.InitProcess;
import s6j.posix.Syscall;

/** An init that remembers in which order it was asked to replace files and to watch no longer. */
final class RecordingInit extends ForwardingInit {
  private final List<String> asked = new ArrayList<>();

  RecordingInit(InitProcess init) {
    super(init);
  }

  synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  private synchronized void remember(String what) {
    asked.add(what);
  }

  @Override
  public void callLater(CallList calls, Outcome outcome) {
    if (calls.calls().stream().anyMatch(call -> call.syscall() == Syscall.RENAMEAT2)) {
      remember("status");
    }
    super.callLater(calls, outcome);
  }

  @Override
  public void unwatchLater(int fd, Runnable done) {
    remember("unwatch");
    super.unwatchLater(fd, done);
  }
}
