package s6j.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.commands.access.AccessCommands;
import s6j.commands.control.ControlCommands;
import s6j.commands.deaths.DeathCommands;
import s6j.commands.environment.EnvironmentCommands;
import s6j.commands.fdholder.FdholderCommands;
import s6j.commands.files.FileCommands;
import s6j.commands.identity.IdentityCommands;
import s6j.commands.instances.InstanceCommands;
import s6j.commands.ipc.IpcCommands;
import s6j.commands.notification.NotificationCommands;
import s6j.commands.portable.process.PortableProcessCommands;
import s6j.commands.portable.text.TextCommands;
import s6j.commands.portable.tree.TreeCommands;
import s6j.commands.portable.words.WordCommands;
import s6j.commands.process.ProcessCommands;
import s6j.commands.sudo.SudoCommands;
import s6j.commands.supervision.SupervisionCommands;

/** Every command of this module. */
public final class AllCommands {
  private AllCommands() {}

  /** One object for each. */
  public static List<Command> list() {
    List<Command> all = new ArrayList<>();
    all.addAll(AccessCommands.all());
    all.addAll(ControlCommands.all());
    all.addAll(DeathCommands.all());
    all.addAll(EnvironmentCommands.all());
    all.addAll(FdholderCommands.all());
    all.addAll(FileCommands.all());
    all.addAll(IdentityCommands.all());
    all.addAll(IpcCommands.all());
    all.addAll(ProcessCommands.all());
    all.addAll(SudoCommands.all());
    all.addAll(InstanceCommands.all());
    all.addAll(NotificationCommands.all());
    all.addAll(SupervisionCommands.all());
    all.addAll(PortableProcessCommands.all());
    all.addAll(TextCommands.all());
    all.addAll(TreeCommands.all());
    all.addAll(WordCommands.all());
    return all;
  }
}
