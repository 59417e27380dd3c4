package s6j.logging.commands;

import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.env.Accounts;
import s6j.env.ContainerEnvironment;
import s6j.env.Setting;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** How the logger of a service is started: which directives, as whom. */
final class ServiceLogger {
  private ServiceLogger() {}

  /** Goes on as s6-log, as nobody if we are root, with no environment. */
  static Next on(Invocation call, Bytes directory) throws CommandException {
    List<Bytes> words = new ArrayList<>(Bytes.listOf("s6-log", "-bp", "--"));
    words.addAll(directives(call));
    words.add(directory);
    if (call.posix().info().isRoot()) {
      becomeNobody(call);
    }
    return call.exec(words, Environment.EMPTY);
  }

  private static List<Bytes> directives(Invocation call) throws CommandException {
    Bytes name = Setting.S6_LOGGING_SCRIPT.variable();
    Bytes script = call.environment().get(name);
    if (!Settings.keepsEnvironment(call.environment())) {
      try {
        script = ContainerEnvironment.value(call.posix(), name);
      } catch (PosixException e) {
        throw CommandException.unable("read " + ContainerEnvironment.DIRECTORY.slash(name), e);
      }
    }
    return (script == null ? Setting.S6_LOGGING_SCRIPT.defaultText() : script).words();
  }

  private static void becomeNobody(Invocation call) throws CommandException {
    try {
      Accounts accounts = Accounts.read(call.posix());
      Accounts.User nobody = accounts.nobody();
      int uid = nobody.uid();
      int gid = nobody.gid();
      boolean listed = accounts.user(nobody.name()) != null;
      List<Integer> groups = listed ? accounts.supplementaryGroups(nobody.name()) : List.of();
      ByteBuffer list =
          ByteBuffer.allocate(4 * (groups.size() + 1)).order(ByteOrder.nativeOrder()).putInt(gid);
      groups.forEach(list::putInt);
      CallList calls = new CallList();
      calls.add(Syscall.SETGROUPS, number(groups.size() + 1), CallList.bytes(list.array()));
      calls.add(Syscall.SETRESGID, number(gid), number(gid), number(gid));
      calls.add(Syscall.SETRESUID, number(uid), number(uid), number(uid));
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("become nobody", e);
    }
  }
}
