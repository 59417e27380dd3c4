package s6j.commands.instances;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * {@code s6-instance-control} and {@code s6-instance-status}: become the command for any service,
 * on the service directory of an instance.
 */
final class OnInstance implements Command {
  private final String name;
  private final String command;
  private final String letters;
  private final String usage;

  private OnInstance(String name, String command, String letters, String usage) {
    this.name = name;
    this.command = command;
    this.letters = letters;
    this.usage = usage;
  }

  static OnInstance control() {
    return new OnInstance(
        "s6-instance-control",
        "s6-svc",
        "abqhkti12pcyrlPCKoduDUxOQs:T:w:",
        "s6-instance-control [ -wu | -wU | -wd | -wD | -wr | -wR ] [ -T timeout ] [ -s signal |"
            + " -abqhkti12pcyrlPCKoduDUxOQ ] service instancename");
  }

  static OnInstance status() {
    return new OnInstance(
        "s6-instance-status",
        "s6-svstat",
        "no:uwNrpgest",
        "s6-instance-status [ -uwNrpgest | -o up,wantedup,normallyup,ready,paused,pid,pgid,exitcode,"
            + "signal,signum,updownsince,readysince,updownfor,readyfor ] [ -n ] service name");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), letters, usage);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(usage);
    }
    Bytes scandir = new InstancedService(call.arguments().get(at)).scandir();
    Bytes instance = Names.checked(call.arguments().get(at + 1), "instance name");
    List<Bytes> words = new ArrayList<>(List.of(Bytes.of(command)));
    for (Options.Option option : options.list()) {
      words.add(Bytes.of("-" + option.letter()));
      if (option.argument() != null) {
        words.add(option.argument());
      }
    }
    words.add(Bytes.of("--"));
    words.add(scandir.slash(instance));
    return call.exec(words, call.environment());
  }
}
