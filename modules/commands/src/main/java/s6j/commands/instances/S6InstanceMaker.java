package s6j.commands.instances;

import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;
import s6j.posix.PosixException;

/**
 * {@code s6-instance-maker}: makes the directory of a service whose instances are copies of a
 * template.
 */
final class S6InstanceMaker implements Command {
  private static final String USAGE =
      "s6-instance-maker [ -c max ] [ -u user ] [ -l loguser ] [ -L logdir ] [ -t stamptype ]"
          + " [ -n nfiles ] [ -s filesize ] [ -S maxsize ] [ -P prefix ]"
          + " [ -r service[/logger[/pipeline]] ] template dir";
  private static final String NAMES = "service or service/logger or service/logger/pipeline";
  private static final long INSTANCES = 500;
  private static final long INSTANCES_MAX = 90_000;

  @Override
  public String name() {
    return "s6-instance-maker";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "c:u:L:r:" + LoggerOptions.LETTERS, USAGE);
    long max = options.number('c', INSTANCES, USAGE);
    LoggerOptions logger = LoggerOptions.of(options, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 2) {
      throw CommandException.usage(USAGE);
    }
    Bytes logdir = options.argument('L');
    Pipeline names = names(options, logdir);
    Bytes user = options.argument('u');
    if (user != null && user.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "invalid user");
    }
    DirectoryMaker maker = new DirectoryMaker(call);
    Bytes root = call.arguments().get(at + 1);
    Bytes log = logdir == null ? null : logger.script(logdir);
    Bytes run = script(user, Math.clamp(max, 1, INSTANCES_MAX));
    Bytes service = maker.make(root, run, log, names);
    if (names == null) {
      maker.directory(service.slash("instance"));
      maker.directory(service.slash("instances"));
    }
    Bytes template = call.arguments().get(at);
    Bytes copy = service.slash("template");
    try {
      new TreeCopy(call.posix()).copy(template, copy);
    } catch (PosixException e) {
      throw CommandException.unable("copy file hierarchy from " + template + " to " + copy, e);
    }
    return Next.exit(0);
  }

  private static Pipeline names(Options options, Bytes logdir) throws CommandException {
    if (logdir != null && !logdir.startsWith("/")) {
      throw CommandException.fatal(CommandException.USAGE, "logdir must be absolute");
    }
    if (!options.has('r')) {
      return null;
    }
    Pipeline names = Pipeline.parse(options.argument('r'), 1, NAMES);
    if (names.logger() != null && logdir == null) {
      throw CommandException.fatal(
          CommandException.USAGE, "logger specified (-r) but logdir not specified (-L)");
    }
    if (names.logger() == null && logdir != null) {
      throw CommandException.fatal(
          CommandException.USAGE, "logdir specified (-L) but logger name not specified (-r)");
    }
    return names;
  }

  private static Bytes script(Bytes user, long max) {
    Bytes script = Bytes.of("#!/usr/bin/execlineb -P\n\nfdmove -c 2 1\n");
    if (user != null) {
      script = script.plus("s6-setuidgid ").plus(Quoted.word(user)).plus("\n");
    }
    return script.plus("s6-svscan -d3 -c" + max + " -- instance\n");
  }
}
