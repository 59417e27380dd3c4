package s6j.commands.sudo;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * What a client asks of s6-sudod, as it goes over the wire: a line that names the protocol, four
 * counts of four bytes each (arguments, variables, and the bytes of both), and the strings, NUL
 * after each.
 *
 * @param arguments what is added to the server's command line
 * @param variables entries of the client's environment
 */
record SudoRequest(List<Bytes> arguments, List<Bytes> variables) {
  /** What the server says first. */
  static final Bytes GREETING = Bytes.of("s6-sudo b v1.0\n");

  private static final Bytes BANNER = Bytes.of("s6-sudo a v1.0\n");
  private static final int COUNTS = 16;

  byte[] encoded() {
    int argumentBytes = size(arguments);
    int variableBytes = size(variables);
    ByteBuffer message =
        ByteBuffer.allocate(BANNER.length() + COUNTS + argumentBytes + variableBytes);
    message.put(BANNER.toArray());
    message.putInt(arguments.size()).putInt(variables.size());
    message.putInt(argumentBytes).putInt(variableBytes);
    put(message, arguments);
    put(message, variables);
    return message.array();
  }

  private static int size(List<Bytes> strings) {
    int size = 0;
    for (Bytes string : strings) {
      size += string.length() + 1;
    }
    return size;
  }

  private static void put(ByteBuffer message, List<Bytes> strings) {
    for (Bytes string : strings) {
      message.put(string.toArray()).put((byte) 0);
    }
  }

  /** The request in a message, or null when it holds none. */
  static SudoRequest decode(byte[] content) {
    Bytes message = Bytes.of(content);
    if (!message.startsWith(BANNER) || message.length() < BANNER.length() + COUNTS) {
      return null;
    }
    ByteBuffer counts = ByteBuffer.wrap(content, BANNER.length(), COUNTS);
    int arguments = counts.getInt();
    int variables = counts.getInt();
    int argumentBytes = counts.getInt();
    int variableBytes = counts.getInt();
    int start = BANNER.length() + COUNTS;
    if (argumentBytes < 0
        || variableBytes < 0
        || (long) start + argumentBytes + variableBytes != content.length) {
      return null;
    }
    List<Bytes> first = strings(message.slice(start, start + argumentBytes), arguments);
    List<Bytes> second = strings(message.from(start + argumentBytes), variables);
    return first == null || second == null ? null : new SudoRequest(first, second);
  }

  /** So many strings, each ended by NUL, and nothing else; null when it is not so. */
  private static List<Bytes> strings(Bytes all, int count) {
    List<Bytes> strings = new ArrayList<>();
    int start = 0;
    for (int nul = all.indexOf(0); nul >= 0; nul = all.indexOf(0, start)) {
      strings.add(all.slice(start, nul));
      start = nul + 1;
    }
    return start == all.length() && strings.size() == count ? strings : null;
  }
}
