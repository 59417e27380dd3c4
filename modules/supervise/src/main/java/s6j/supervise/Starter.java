package s6j.supervise;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.InitProcess;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Script;
import s6j.posix.SpawnPlan;
import s6j.posix.Tag;
import s6j.posix.WaitStatus;

/**
 * Starts the processes of a service, {@code run} and {@code finish}, with the descriptors, the lock
 * and the session that the files of its directory ask for.
 */
final class Starter {
  private final EventLoop loop;
  private final InitProcess posix;
  private final Supervisor.Place place;
  private final ServiceFiles files;
  private final ServiceFiles.Warnings warnings;

  Starter(
      EventLoop loop, Supervisor.Place place, ServiceFiles files, ServiceFiles.Warnings warnings) {
    this.loop = loop;
    this.posix = loop.posix();
    this.place = place;
    this.files = files;
    this.warnings = warnings;
  }

  /** By which the next JVM would know a process of the service in a directory. */
  static long tag(String file, Bytes directory) {
    return Tag.of(file, directory);
  }

  /**
   * Starts run.
   *
   * @param own the files of its supervisor
   * @param readiness what listens to it, if it is to tell of that
   * @param end is told of its end
   * @return its pid, or 0 when that was not possible, which has been said then
   */
  int run(SuperviseFiles own, Readiness readiness, EventLoop.EndHandler end) {
    List<Integer> ofRun = new ArrayList<>(2);
    try {
      ServiceFiles.ForRun settings = files.forRun();
      List<SpawnPlan.Descriptor> descriptors = descriptors();
      if (settings.lockFd() >= 0) {
        int lock = own.lockService();
        if (lock < 0) {
          warnings.warn(
              "unable to spawn ./run: supervise/service-lock is held - waiting 10 seconds");
          return 0;
        }
        ofRun.add(lock);
        give(descriptors, settings.lockFd(), lock);
      }
      if (settings.notificationFd() >= 0) {
        int[] pipe = Pipe.open(posix);
        ofRun.add(pipe[1]);
        readiness.listen(pipe[0]);
        give(descriptors, settings.notificationFd(), pipe[1]);
      }
      SpawnPlan plan = plan("run", List.of(place.name()), descriptors, settings.session());
      return start("run", settings.newPids() ? plan.inNewPidNamespace() : plan, end);
    } catch (PosixException e) {
      readiness.stop();
      warnings.warn(unable("run", e) + " - waiting 10 seconds");
      return 0;
    } finally {
      for (int fd : ofRun) {
        new Files(posix).close(fd);
      }
    }
  }

  private static void give(List<SpawnPlan.Descriptor> descriptors, int target, int source) {
    descriptors.removeIf(descriptor -> descriptor.target() == target);
    descriptors.add(new SpawnPlan.Copy(target, source));
  }

  /**
   * Starts finish.
   *
   * @param death how run has ended
   * @param group what its process group was
   * @param end is told of its end
   * @return its pid, or 0 when there is none, or that was not possible, which has been said then
   */
  int finish(WaitStatus death, int group, EventLoop.EndHandler end) {
    List<Bytes> arguments =
        List.of(
            Bytes.of(Integer.toString(death.signalled() ? 256 : death.exitCode())),
            Bytes.of(Integer.toString(death.signal())),
            place.name(),
            Bytes.of(Integer.toString(group)));
    try {
      SpawnPlan plan = plan("finish", arguments, descriptors(), files.sessionOfFinish());
      return start("finish", plan, end);
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT) || files.has("finish")) {
        warnings.warn(unable("finish", e));
      }
      return 0;
    }
  }

  private String unable(String file, PosixException failure) {
    return "unable to spawn ./"
        + file
        + Script.reason(posix, place.directory().slash(file), failure);
  }

  private List<SpawnPlan.Descriptor> descriptors() {
    List<SpawnPlan.Descriptor> descriptors = new ArrayList<>();
    descriptors.add(
        place.stdin() < 0
            ? new SpawnPlan.Open(0, Bytes.of("/dev/null"), OpenFlags.RDONLY, 0)
            : new SpawnPlan.Copy(0, place.stdin()));
    if (place.stdout() >= 0) {
      descriptors.add(new SpawnPlan.Copy(1, place.stdout()));
    }
    if (place.stderr() >= 0) {
      descriptors.add(new SpawnPlan.Copy(2, place.stderr()));
    }
    return descriptors;
  }

  private SpawnPlan plan(
      String file,
      List<Bytes> arguments,
      List<SpawnPlan.Descriptor> descriptors,
      SpawnPlan.Session session) {
    return SpawnPlan.of(
            Bytes.of("./" + file),
            Script.words(Bytes.of("./" + file), arguments),
            place.environment())
        .inDirectory(place.directory())
        .withDescriptors(descriptors)
        .withSession(session);
  }

  private int start(String file, SpawnPlan plan, EventLoop.EndHandler end) throws PosixException {
    int[] pid = new int[1];
    Script.start(
        posix,
        plan,
        place.directory().slash(file),
        runnable -> pid[0] = loop.spawn(runnable, tag(file, place.directory()), end));
    return pid[0];
  }
}
