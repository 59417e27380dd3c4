package s6j.commands.portable.text;

import s6j.chain.CommandException;

/** Takes text piece by piece and passes parts of its lines on; keeps its place between pieces. */
interface Cutter {
  /** Takes the next piece. */
  void take(byte[] piece) throws CommandException;

  /** The text has ended; a last line without newline is given one. */
  void end() throws CommandException;
}
