package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;

/** The list of the commands, where they are made. */
public final class AllCommands {
  private AllCommands() {}

  /** One object of each. */
  public static List<Command> create() {
    List<SubstitutingCommand> substituting =
        List.of(
            new Define(),
            ImportAs.importAs(),
            ImportAs.plainImport(),
            new MultiDefine(),
            new ElGlob(),
            new ElGetPositionals());
    List<Command> all = new ArrayList<>(substituting);
    all.add(new MultiSubstitute(substituting));
    all.addAll(
        List.of(
            new ExeclineB(),
            new Foreground(),
            new Background(),
            new If(),
            new IfElse(),
            new IfTe(),
            new IfThenElse(),
            new Case(),
            new ForX(),
            new ForStdin(),
            new ForBacktickX(),
            new LoopWhileX(),
            new Backtick(),
            new WithStdinAs(),
            new Pipeline(),
            new Wait(),
            new Trap(),
            new TryExec(),
            new Exec(),
            new Exit(),
            new RunBlock(),
            new Shift(),
            new DollarAt(),
            new ElGetOpt(),
            new ElTest(),
            new EnvFile(),
            new GetPid(),
            new RedirFd(),
            new HereDoc()));
    all.addAll(DescriptorCommands.commands());
    all.addAll(Directories.commands());
    all.addAll(Umasks.commands());
    all.addAll(Variables.commands());
    return List.copyOf(all);
  }
}
