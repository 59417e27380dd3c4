package s6j.commands.files;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.string;

import java.io.ByteArrayOutputStream;
import s6j.attrs.FixAttrs;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.env.ContainerEnvironment;
import s6j.env.Setting;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code fix-attrs [-e]}: applies the rules on its stdin. Exits 0 whatever happens to them, as
 * scripts expect; with -e, which the original lacks, 1 when anything failed.
 */
final class FixAttrsCommand implements Command {
  private static final String USAGE = "fix-attrs [ -e ]";
  private static final int FAILED = 1;
  private static final int CHUNK = 64 << 10;
  private static final int PATH_MAX = 4096;

  @Override
  public String name() {
    return "fix-attrs";
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = Options.parse(call.arguments(), "e", USAGE);
    if (call.arguments().size() > options.end()) {
      throw CommandException.usage(USAGE + " < rules");
    }
    try {
      Rules rules = stdin(call);
      FixAttrs run = new FixAttrs(call.posix(), line -> say(call, line), hidden(call));
      run.apply(rules.source(), rules.text());
      return Next.exit(run.finish().failed() > 0 && options.has('e') ? FAILED : 0);
    } catch (PosixException e) {
      throw CommandException.unable("read rules", e);
    }
  }

  /** What is on stdin, and the file that it is, for messages. */
  private record Rules(String source, Bytes text) {}

  private static Rules stdin(Invocation call) throws PosixException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    String source = null;
    for (boolean end = false; !end; ) {
      CallList calls = new CallList();
      // The second read mostly finds the end, which saves an exchange.
      calls.add(Syscall.READ, number(0), outUpToResult(CHUNK), number(CHUNK));
      calls.add(Syscall.READ, number(0), outUpToResult(CHUNK), number(CHUNK));
      calls.attempt(
          Syscall.READLINKAT,
          number(CallList.AT_FDCWD),
          string("/proc/self/fd/0"),
          outUpToResult(PATH_MAX),
          number(PATH_MAX));
      Results results = call.posix().call(calls);
      all.writeBytes(results.buffer(0));
      all.writeBytes(results.buffer(1));
      end = results.value(1) == 0;
      if (all.size() > Files.WHOLE_MAX) {
        throw new PosixException(Errno.EFBIG, -1);
      }
      Bytes path = results.failed(2) ? Bytes.EMPTY : Bytes.of(results.buffer(2));
      source = path.startsWith("/") ? path.toString() : "standard input";
    }
    return new Rules(source, Bytes.of(all.toByteArray()));
  }

  /** Asked for in the own environment first, which need not hold the container's. */
  private static boolean hidden(Invocation call) throws PosixException {
    Bytes name = Setting.S6_FIX_ATTRS_HIDDEN.variable();
    Bytes value = call.environment().get(name);
    if (value == null && !Settings.keepsEnvironment(call.environment())) {
      value = ContainerEnvironment.value(call.posix(), name);
    }
    return value != null
        && Settings.of(Environment.EMPTY.with(name, value)).is(Setting.S6_FIX_ATTRS_HIDDEN);
  }

  private static void say(Invocation call, String line) {
    try {
      call.files().write(2, Bytes.of(line + "\n"));
    } catch (PosixException e) {
      // There is nobody to be told; the rules are applied all the same.
    }
  }
}
