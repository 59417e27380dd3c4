package s6j.commands.portable.text;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.commands.portable.PortableCommand;
import s6j.commands.portable.stream.Descriptor;
import s6j.commands.portable.stream.Transfer;
import s6j.posix.Bytes;

/** {@code s6-cut}: parts of the lines of files, or of stdin. A character is a byte. */
final class S6Cut extends PortableCommand {
  S6Cut() {
    super("s6-cut", "-b list | -c list | -f list [ -d delim ] [ -n ] [ -s ] [ file... ]");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "b:c:f:d:ns");
    Transfer out = new Transfer(call.posix());
    List<Bytes> files = call.arguments().subList(options.end(), call.arguments().size());
    if (files.isEmpty()) {
      files = List.of(Bytes.of("-"));
    }
    Positions positions = positions(options);
    for (Bytes file : files) {
      Cutter cutter = cutter(options, out, positions);
      int fd = Descriptor.open(call.posix(), file);
      for (byte[] read = out.read(fd, Transfer.CHUNK);
          read.length > 0;
          read = out.read(fd, Transfer.CHUNK)) {
        cutter.take(read);
      }
      cutter.end();
      Descriptor.close(call.posix(), fd);
    }
    out.flush();
    return Next.exit(0);
  }

  /** Exactly one of -b, -c and -f. */
  private Positions positions(Options options) throws CommandException {
    Positions positions = null;
    for (Options.Option option : options.list()) {
      if (option.letter() == 'b' || option.letter() == 'c' || option.letter() == 'f') {
        if (positions != null) {
          throw usage();
        }
        positions = Positions.parse(option.argument());
        if (positions == null) {
          throw CommandException.fatal(
              CommandException.USAGE,
              "invalid list: " + option.argument() + ", expected such as 1,3-5,8-");
        }
      }
    }
    if (positions == null) {
      throw usage();
    }
    return positions;
  }

  private Cutter cutter(Options options, Transfer out, Positions positions)
      throws CommandException {
    if (!options.has('f')) {
      return new ByteCutter(out, positions);
    }
    Bytes delimiter = options.argument('d');
    if (delimiter != null && delimiter.length() != 1) {
      throw usage();
    }
    return new FieldCutter(
        out, positions, delimiter == null ? (byte) '\t' : delimiter.at(0), options.has('s'));
  }
}
