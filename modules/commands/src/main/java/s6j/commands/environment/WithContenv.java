package s6j.commands.environment;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.env.ContainerEnvironment;
import s6j.env.EnvdirFormat;
import s6j.env.Settings;
import s6j.posix.Bytes;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.PosixException;
import s6j.posix.ProgramSearch;

/**
 * {@code with-contenv prog...}: runs a program, found on the container's PATH, with the container's
 * environment and nothing else; with S6_KEEP_ENV, as it is. Mostly an interpreter: {@code
 * #!/usr/bin/with-contenv sh}. As {@code with-contenv-legacy} it reads values as v1 did: none that
 * is empty, and 4095 bytes at most.
 */
record WithContenv(String name, EnvdirFormat format) implements Command {
  private static final EnvdirFormat LEGACY = new EnvdirFormat.Lines(true, true, false, (byte) '\n');

  static WithContenv current() {
    return new WithContenv("with-contenv", EnvdirFormat.Verbatim.TOLERANT);
  }

  static WithContenv legacy() {
    return new WithContenv("with-contenv-legacy", LEGACY);
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    List<Bytes> words = call.arguments();
    if (!words.isEmpty() && words.getFirst().is("--")) {
      words = words.subList(1, words.size());
    }
    if (words.isEmpty()) {
      throw CommandException.usage(name + " prog...");
    }
    Environment environment =
        Settings.keepsEnvironment(call.environment()) ? call.environment() : container(call);
    Bytes path = environment.get("PATH");
    return new Next.Exec(interpreter(call, words, path), environment, path, null, name);
  }

  private Environment container(Invocation call) throws CommandException {
    try {
      return ContainerEnvironment.read(call.posix(), format);
    } catch (PosixException e) {
      throw CommandException.unable("envdir " + ContainerEnvironment.DIRECTORY, e);
    }
  }

  /**
   * Of {@code #!/usr/bin/with-contenv bash -e} the kernel makes one argument, {@code bash -e}. The
   * original cannot find a program of that name; it is taken apart here, unless there is one.
   */
  private static List<Bytes> interpreter(Invocation call, List<Bytes> words, Bytes path) {
    Bytes first = words.getFirst();
    if (words.size() < 2 || !first.contains(' ') && !first.contains('\t')) {
      return words;
    }
    try {
      ProgramSearch.find(call.posix(), first, path);
      return words;
    } catch (PosixException e) {
      if (!e.is(Errno.ENOENT) || first.words().isEmpty()) {
        return words;
      }
      List<Bytes> apart = new ArrayList<>(first.words());
      apart.addAll(words.subList(1, words.size()));
      return apart;
    }
  }
}
