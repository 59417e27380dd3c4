package s6j.commands.instances;

import java.util.List;
import s6j.chain.Command;

/** The commands of this package. */
public final class InstanceCommands {
  private InstanceCommands() {}

  /** One object for each. */
  public static List<Command> all() {
    return List.of(
        new S6Svlink(),
        new S6Svunlink(),
        new S6InstanceMaker(),
        new S6InstanceCreate(),
        new S6InstanceDelete(),
        new S6InstanceList(),
        OnInstance.control(),
        OnInstance.status(),
        new S6UsertreeMaker());
  }
}
