package s6j.commands.portable.text;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/** {@code s6-format-filter}: for each line of stdin, a line that a format makes of it. */
final class S6FormatFilter extends PortableCommand {
  S6FormatFilter() {
    super("s6-format-filter", "format [ args... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    int first = options(call, "").end();
    Bytes format = argument(call, first);
    List<Bytes> numbered = new ArrayList<>();
    numbered.add(call.calledAs());
    numbered.addAll(call.arguments().subList(first + 1, call.arguments().size()));
    List<Bytes> around = around(format, numbered);
    Transfer out = new Transfer(call.posix());
    try (Lines lines = Lines.ofStdin(out)) {
      while (lines.next()) {
        for (int i = 0; i < around.size(); i++) {
          if (i > 0) {
            out.put(lines.buffer(), lines.start(), lines.end());
          }
          out.put(around.get(i));
        }
        out.put('\n');
      }
    }
    out.flush();
    return Next.exit(0);
  }

  /** What stands before, between and after the places of the line. */
  private static List<Bytes> around(Bytes format, List<Bytes> numbered) throws CommandException {
    List<Bytes> pieces = new ArrayList<>();
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    for (int i = 0; i < format.length(); i++) {
      int c = format.at(i);
      if (c != '%') {
        piece.write(c);
        continue;
      }
      c = ++i < format.length() ? format.at(i) : 0;
      if (c == 's') {
        pieces.add(Bytes.of(piece.toByteArray()));
        piece.reset();
      } else if (c == '%') {
        piece.write('%');
      } else {
        piece.writeBytes(argument(c, numbered).toArray());
      }
    }
    pieces.add(Bytes.of(piece.toByteArray()));
    return pieces;
  }

  private static Bytes argument(int c, List<Bytes> numbered) throws CommandException {
    if (c < '0' || c > '9') {
      throw CommandException.fatal(
          CommandException.USAGE, "invalid format: % is followed by none of %, s, 0 to 9");
    }
    if (c - '0' >= numbered.size()) {
      throw CommandException.fatal(
          CommandException.USAGE, "invalid format: there is no argument for %" + (c - '0'));
    }
    return numbered.get(c - '0');
  }
}
