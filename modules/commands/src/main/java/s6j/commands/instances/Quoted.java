package s6j.commands.instances;

import java.io.ByteArrayOutputStream;
import s6j.posix.Bytes;

/** Words in execline scripts. */
final class Quoted {
  private Quoted() {}

  /** The word between quotation marks. */
  static Bytes word(Bytes word) {
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    quoted.write('"');
    for (int i = 0; i < word.length(); i++) {
      if (word.at(i) == '"' || word.at(i) == '\\') {
        quoted.write('\\');
      }
      quoted.write(word.at(i));
    }
    quoted.write('"');
    return Bytes.of(quoted.toByteArray());
  }
}
