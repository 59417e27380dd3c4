package s6j.commands;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.commands.control.ControlCommands;
import s6j.commands.deaths.DeathCommands;
import s6j.commands.environment.EnvironmentCommands;
import s6j.commands.files.FileCommands;
import s6j.commands.identity.IdentityCommands;
import s6j.commands.instances.InstanceCommands;
import s6j.commands.notification.NotificationCommands;
import s6j.commands.supervision.SupervisionCommands;

/** Every command of this module. */
public final class AllCommands {
  private AllCommands() {}

  /** One object for each. */
  public static List<Command> list() {
    List<Command> all = new ArrayList<>();
    all.addAll(ControlCommands.all());
    all.addAll(DeathCommands.all());
    all.addAll(EnvironmentCommands.all());
    all.addAll(FileCommands.all());
    all.addAll(IdentityCommands.all());
    all.addAll(InstanceCommands.all());
    all.addAll(NotificationCommands.all());
    all.addAll(SupervisionCommands.all());
    return all;
  }
}
