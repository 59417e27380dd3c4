package s6j.logging;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.Accounts;
import s6j.env.ContainerEnvironment;
import s6j.env.Setting;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.OpenFlags;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/**
 * {@code logutil-service [-f fifo] logdir}, and {@code logutil-service-main logdir}: an s6-log with
 * the container's script, as nobody, without environment. Without root it stays who it is.
 */
final class LogutilService implements Command {
  private static final int F_SETFL = 4;
  private static final int NOBODY_OTHERWISE = 32_768;

  private final String name;

  LogutilService(String name) {
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    String usage = name + (name.endsWith("main") ? " logdir" : " [ -f fifo ] logdir");
    Options options = Options.parse(call.arguments(), name.endsWith("main") ? "" : "f:", usage);
    if (call.arguments().size() <= options.end()) {
      throw CommandException.silent(1);
    }
    try {
      if (options.argument('f') != null) {
        openStdin(call, options.argument('f'));
      }
      List<Bytes> words = new ArrayList<>(Bytes.listOf("s6-log", "-bp", "--"));
      words.addAll(script(call).words());
      words.add(call.arguments().get(options.end()));
      if (call.posix().info().isRoot()) {
        becomeNobody(call);
      }
      return call.exec(words, Environment.EMPTY);
    } catch (PosixException e) {
      throw CommandException.unable("prepare the logger", e);
    }
  }

  private static void openStdin(Invocation call, Bytes fifo) throws PosixException {
    CallList calls = new CallList();
    int fd =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(fifo),
            number(OpenFlags.RDONLY | OpenFlags.NONBLOCK | OpenFlags.CLOEXEC));
    calls.add(Syscall.FCNTL, resultOf(fd), number(F_SETFL), number(0));
    calls.add(Syscall.DUP3, resultOf(fd), number(0), number(0));
    calls.add(Syscall.CLOSE, resultOf(fd));
    call.posix().call(calls);
  }

  private static Bytes script(Invocation call) throws PosixException {
    Bytes own = call.environment().get(Setting.S6_LOGGING_SCRIPT.variable());
    Bytes given =
        Settings.keepsEnvironment(call.environment()) || own != null
            ? own
            : ContainerEnvironment.value(call.posix(), Setting.S6_LOGGING_SCRIPT.variable());
    return given == null ? Settings.of(Environment.EMPTY).text(Setting.S6_LOGGING_SCRIPT) : given;
  }

  private static void becomeNobody(Invocation call) throws PosixException {
    Accounts accounts = Accounts.read(call.posix());
    Accounts.User nobody = accounts.user(Bytes.of("nobody"));
    int uid = nobody == null ? NOBODY_OTHERWISE : nobody.uid();
    int gid = nobody == null ? NOBODY_OTHERWISE : nobody.gid();
    byte[] groups = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(gid).array();
    CallList calls = new CallList();
    calls.attempt(Syscall.SETGROUPS, number(1), CallList.bytes(groups));
    calls.add(Syscall.SETRESGID, number(gid), number(gid), number(gid));
    calls.add(Syscall.SETRESUID, number(uid), number(uid), number(uid));
    call.posix().call(calls);
  }
}
