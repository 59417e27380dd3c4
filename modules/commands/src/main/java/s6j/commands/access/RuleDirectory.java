package s6j.commands.access;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Errno;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/** Reads rules that are directories: {@code allow} or {@code deny}, {@code env/}, {@code exec}. */
final class RuleDirectory {
  private static final int VALUE_MAX = 4095;
  private static final int EXEC_MAX = 4096;
  private static final int CHUNK = 64 << 10;

  private final Posix posix;
  private final Files files;

  RuleDirectory(Posix posix) {
    this.posix = posix;
    this.files = new Files(posix);
  }

  /** The rule in a directory, or null when there is none. */
  Rule read(Bytes directory) throws PosixException {
    if (files.stat(directory.slash("allow")) == null) {
      return files.stat(directory.slash("deny")) == null ? null : Rule.DENY;
    }
    return new Rule(true, variables(directory.slash("env")), exec(directory.slash("exec")));
  }

  private Bytes exec(Bytes file) throws PosixException {
    try {
      return files.read(file, EXEC_MAX);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return Bytes.EMPTY;
      }
      throw e;
    }
  }

  private List<Bytes> variables(Bytes directory) throws PosixException {
    List<Bytes> variables = new ArrayList<>();
    List<Bytes> names;
    try {
      names = names(directory);
    } catch (PosixException e) {
      if (e.is(Errno.ENOENT)) {
        return variables;
      }
      throw e;
    }
    for (Bytes name : names) {
      if (name.at(0) != '.' && !name.contains('=')) {
        variables.add(variable(name, files.read(directory.slash(name), VALUE_MAX)));
      }
    }
    return variables;
  }

  /** As s6-envdir reads it: the first line without the blanks at its end; nothing at all unsets. */
  private static Bytes variable(Bytes name, Bytes content) {
    if (content.isEmpty()) {
      return name;
    }
    int end = content.indexOf('\n');
    end = end < 0 ? content.length() : end;
    while (end > 0 && (content.at(end - 1) == ' ' || content.at(end - 1) == '\t')) {
      end--;
    }
    byte[] value = content.slice(0, end).toArray();
    for (int i = 0; i < value.length; i++) {
      value[i] = value[i] == 0 ? (byte) '\n' : value[i];
    }
    return name.plus("=").plus(Bytes.of(value));
  }

  /** The names in a directory, in the order in which it holds them, dot files left out. */
  List<Bytes> names(Bytes directory) throws PosixException {
    CallList opening = new CallList();
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC | OpenFlags.directory(posix.info().arch());
    int fd =
        opening.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(directory), number(flags));
    int first =
        opening.attempt(Syscall.GETDENTS64, resultOf(fd), outUpToResult(CHUNK), number(CHUNK));
    Results results = posix.call(opening);
    int opened = results.fd(fd);
    List<Bytes> names = new ArrayList<>();
    try {
      if (results.failed(first)) {
        throw new PosixException(results.errno(first), first);
      }
      for (byte[] entries = results.buffer(first); entries.length > 0; ) {
        Files.addNames(entries, names);
        CallList more = new CallList();
        more.add(Syscall.GETDENTS64, number(opened), outUpToResult(CHUNK), number(CHUNK));
        entries = posix.call(more).buffer(0);
      }
    } finally {
      files.close(opened);
    }
    names.removeIf(name -> name.at(0) == '.');
    return names;
  }
}
