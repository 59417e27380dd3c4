package s6j.logging.script;

import java.util.List;
import s6j.posix.Bytes;

/**
 * A program that turns a full log file into what is archived.
 *
 * @param words the command line that runs it
 */
public record Processor(List<Bytes> words) {

  /** A command line of execline. */
  static Processor execline(Bytes command) {
    return new Processor(List.of(Bytes.of("execlineb"), Bytes.of("-Pc"), command));
  }

  /** A command line of the shell. */
  static Processor shell(Bytes command) {
    return new Processor(List.of(Bytes.of("/bin/sh"), Bytes.of("-c"), command));
  }
}
