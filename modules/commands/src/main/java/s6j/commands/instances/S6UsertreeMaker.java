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
 * {@code s6-usertree-maker}: makes the directory of a service that is a user's own supervision
 * tree, with its logger.
 */
final class S6UsertreeMaker implements Command {
  private static final String USAGE =
      "s6-usertree-maker [ -d userscandir ] [ -p path ] [ -E envdir [ -e var ... ] ]"
          + " [ -r service/logger[/pipeline] ] [ -l loguser ] [ -t stamptype ] [ -n nfiles ]"
          + " [ -s filesize ] [ -S maxsize ] [ -P prefix ] user logdir dir";
  private static final String NAMES = "service/logger or service/logger/pipeline";
  private static final String[] OWN = {"USER", "HOME", "UID", "GID", "GIDLIST"};

  /** What the tree of a user is made with. */
  private record Tree(Bytes user, Bytes scandir, Bytes path, Bytes envdir, List<Bytes> variables) {}

  @Override
  public String name() {
    return "s6-usertree-maker";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "d:p:E:e:r:" + LoggerOptions.LETTERS, USAGE);
    LoggerOptions logger = LoggerOptions.of(options, USAGE);
    int at = options.end();
    if (call.arguments().size() < at + 3) {
      throw CommandException.usage(USAGE);
    }
    Pipeline names = options.has('r') ? Pipeline.parse(options.argument('r'), 2, NAMES) : null;
    Tree tree = tree(options, call.arguments().get(at));
    Bytes logdir = call.arguments().get(at + 1);
    if (!logdir.startsWith("/")) {
      throw CommandException.fatal(CommandException.USAGE, "logdir must be absolute");
    }
    new DirectoryMaker(call)
        .make(call.arguments().get(at + 2), script(tree), logger.script(logdir), names);
    return Next.exit(0);
  }

  private static Tree tree(Options options, Bytes user) throws CommandException {
    Bytes scandir = options.has('d') ? options.argument('d') : Bytes.of("${HOME}/service");
    if (!scandir.startsWith("/") && !scandir.startsWith("${HOME}/")) {
      throw CommandException.fatal(
          CommandException.USAGE, "userscandir must be absolute or start with ${HOME}/");
    }
    List<Bytes> variables = new ArrayList<>();
    for (Options.Option option : options.list()) {
      if (option.letter() == 'e') {
        if (option.argument().isEmpty() || option.argument().contains('=')) {
          throw CommandException.fatal(
              CommandException.USAGE, "invalid variable name: " + option.argument());
        }
        variables.add(option.argument());
      }
    }
    Bytes path = options.has('p') ? options.argument('p') : Bytes.of("/usr/bin:/bin");
    return new Tree(user, scandir, path, options.argument('E'), variables);
  }

  private static Bytes script(Tree tree) {
    Bytes user = Quoted.word(tree.user());
    Bytes script =
        Bytes.of("#!/usr/bin/execlineb -P\nfdmove -c 2 1\nemptyenv -p\nexport USER ")
            .plus(user)
            .plus("\ns6-envuidgid -i -- ")
            .plus(user)
            .plus("\ns6-applyuidgid -U --\nbacktick -in HOME { homeof ")
            .plus(user)
            .plus(" }\n");
    boolean withVariables = tree.envdir() != null && !tree.variables().isEmpty();
    if (tree.envdir() != null) {
      script = script.plus("s6-envdir -i -- ").plus(Quoted.word(tree.envdir())).plus("\n");
    }
    if (withVariables) {
      script = script.plus("multisubstitute\n{\n");
      for (Bytes variable : tree.variables()) {
        Bytes word = Quoted.word(variable);
        script = script.plus("  importas -D \"\" -- ").plus(word).plus(" ").plus(word).plus("\n");
      }
      script = script.plus("}\n");
    }
    script = script.plus("multisubstitute\n{\n");
    for (String name : OWN) {
      script = script.plus("  importas -i " + name + " " + name + "\n");
    }
    script = script.plus("}\n");
    if (withVariables) {
      for (Bytes variable : tree.variables()) {
        Bytes word = Quoted.word(variable);
        script = script.plus("export ").plus(word).plus(" ${").plus(word).plus("}\n");
      }
    }
    return script
        .plus("export PATH ")
        .plus(Quoted.word(tree.path()))
        .plus("\ns6-svscan -d3 -- ")
        .plus(Quoted.word(tree.scandir()))
        .plus("\n");
  }
}
