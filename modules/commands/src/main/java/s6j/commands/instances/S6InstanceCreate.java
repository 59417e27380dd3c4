package s6j.commands.instances;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.PosixException;
import s6j.posix.Stat;
import s6j.posix.Syscall;

/** {@code s6-instance-create}: makes an instance of a service that runs, and waits for it. */
final class S6InstanceCreate implements Command {
  private static final String USAGE =
      "s6-instance-create [ -d | -D ] [ -f ] [ -P ] [ -t timeout ] service instancename";

  @Override
  public String name() {
    return "s6-instance-create";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), LinkOptions.LETTERS, USAGE);
    LinkOptions link = LinkOptions.of(options, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes directory = call.arguments().get(at);
    InstancedService service = new InstancedService(directory);
    Bytes name = Names.checked(call.arguments().get(at + 1), "instance name");
    service.checkRunning(call);
    Bytes instance = service.instances().slash(name);
    copy(call, service, instance);
    String what = "create instance of " + directory + " named " + name;
    boolean made = false;
    try {
      ServiceLink making = new ServiceLink(call.posix(), service.scandir(), name);
      made = making.make(Bytes.of("../instances/").plus(name), instance, link);
      if (!made) {
        throw S6Svlink.timedOut(what);
      }
    } catch (PosixException e) {
      throw CommandException.unable(what, e);
    } finally {
      if (!made) {
        removeCopy(call, instance);
      }
    }
    return Next.exit(0);
  }

  private static void copy(Invocation call, InstancedService service, Bytes instance)
      throws CommandException {
    try {
      CallList calls = new CallList();
      calls.attempt(
          Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(service.instances()), number(0777));
      call.posix().attempt(calls);
      Stat there = call.files().lstat(instance);
      if (there != null) {
        throw CommandException.fatal(
            CommandException.USAGE,
            (there.isDirectory()
                    ? "instance appears to already exist at "
                    : "unexpected file preventing instance creation at ")
                + instance);
      }
    } catch (PosixException e) {
      throw CommandException.unable("stat " + instance, e);
    }
    try {
      new TreeCopy(call.posix()).copy(service.template(), instance);
    } catch (PosixException e) {
      removeCopy(call, instance);
      throw CommandException.unable("copy " + service.template() + " to " + instance, e);
    }
  }

  private static void removeCopy(Invocation call, Bytes instance) {
    try {
      call.files().removeTree(instance);
    } catch (PosixException e) {
      call.warn("unable to remove " + instance + ": " + e.getMessage());
    }
  }
}
