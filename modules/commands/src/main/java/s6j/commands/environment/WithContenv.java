package s6j.commands.environment;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.Before;
import s6j.chain.Command;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.env.ContainerEnvironment;
import s6j.env.EnvdirFormat;
import s6j.env.RememberedEnvironment;
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
record WithContenv(String name, List<String> otherNames, EnvdirFormat format) implements Command {
  private static final EnvdirFormat LEGACY = new EnvdirFormat.Lines(true, true, false, (byte) '\n');

  /**
   * Images made after linuxserver.io's move the original, a script, to that other name, and call it
   * from a script of theirs at its place.
   */
  static WithContenv current() {
    return new WithContenv(
        "with-contenv", List.of("with-contenvb"), EnvdirFormat.Verbatim.TOLERANT);
  }

  static WithContenv legacy() {
    return new WithContenv("with-contenv-legacy", List.of(), LEGACY);
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
    if (Settings.keepsEnvironment(call.environment())) {
      return exec(words, call.environment(), call);
    }
    RememberedEnvironment remembered = ContainerEnvironment.remembered(format);
    if (remembered == null || isSeveralWords(words)) {
      return exec(words, container(call), call);
    }
    return exec(words, remembered.environment(), call).after(checking(remembered, words, call));
  }

  private Next.Exec exec(List<Bytes> words, Environment environment, Invocation call) {
    Bytes path = environment.get("PATH");
    return new Next.Exec(interpreter(call, words, path), environment, path, null, name);
  }

  private Before checking(RememberedEnvironment remembered, List<Bytes> words, Invocation call) {
    return new Before(
        remembered.calls(),
        (process, e, rest) -> {
          ContainerEnvironment.isNot(remembered);
          return exec(words, container(call), call);
        });
  }

  private Environment container(Invocation call) throws CommandException {
    try {
      return ContainerEnvironment.read(call.posix(), format);
    } catch (PosixException e) {
      throw CommandException.unable("envdir " + ContainerEnvironment.DIRECTORY, e);
    }
  }

  private static boolean isSeveralWords(List<Bytes> words) {
    Bytes first = words.getFirst();
    return words.size() > 1 && (first.contains(' ') || first.contains('\t'));
  }

  /**
   * Of {@code #!/usr/bin/with-contenv bash -e} the kernel makes one argument, {@code bash -e}. The
   * original cannot find a program of that name; it is taken apart here, unless there is one.
   */
  private static List<Bytes> interpreter(Invocation call, List<Bytes> words, Bytes path) {
    if (!isSeveralWords(words)) {
      return words;
    }
    Bytes first = words.getFirst();
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
