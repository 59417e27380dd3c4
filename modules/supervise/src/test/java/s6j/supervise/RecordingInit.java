package s6j.supervise;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.InitProcess;
import s6j.posix.Syscall;

/**
 * An init that remembers in which order it was asked to replace a status and to watch no longer.
 */
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
    if (calls.calls().stream().anyMatch(RecordingInit::replacesStatus)) {
      remember("status");
    }
    super.callLater(calls, outcome);
  }

  private static boolean replacesStatus(Call call) {
    return call.syscall() == Syscall.RENAMEAT2
        && call.arguments().get(3) instanceof Call.In path
        && Bytes.of(path.bytes()).endsWith("/supervise/status\0");
  }

  @Override
  public void unwatchLater(int fd, Runnable done) {
    remember("unwatch");
    super.unwatchLater(fd, done);
  }
}
