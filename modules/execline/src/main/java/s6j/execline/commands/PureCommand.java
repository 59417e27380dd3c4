package s6j.execline.commands;

/**
 * A command that does no more than compute words and variables, read, and run blocks: a block that
 * consists of such commands needs no process of its own.
 */
abstract class PureCommand extends ExeclineCommand {
  PureCommand(String name, String arguments) {
    super(name, arguments);
  }

  @Override
  public final boolean changesProcess() {
    return false;
  }
}
