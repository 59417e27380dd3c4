package s6j.execline.commands;

import static s6j.posix.CallList.number;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.process.Descriptors;
import s6j.execline.process.Fcntl;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.DisconnectedException;
import s6j.posix.Files;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Syscall;

/**
 * {@code heredoc [-d] fd string prog}: the string can be read from the descriptor. What a pipe does
 * not hold at once is written by a child, with {@code -d} by a process that is not our child.
 */
final class HereDoc extends ExeclineCommand {
  HereDoc() {
    super("heredoc", "[ -d ] fd string command...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "d");
    argument(call, options.end() + 2);
    int fd = descriptor(call, argument(call, options.end()));
    Bytes text = argument(call, options.end() + 1);
    Descriptors.Pipe pipe = Descriptors.pipe(call.posix());
    try {
      int written = writeWhatFits(call.posix(), pipe.writeEnd(), text);
      if (written < text.length()) {
        writeInChild(call.posix(), pipe, text.from(written), options.has('d'));
      }
    } catch (PosixException e) {
      throw CommandException.unable("write to pipe", e);
    }
    CallList calls = new CallList();
    Descriptors.appendClose(calls, pipe.writeEnd());
    Descriptors.appendMove(calls, fd, pipe.readEnd());
    Descriptors.demand(call.posix(), calls, "move fd");
    return call.exec(options.end() + 2, call.environment());
  }

  private static int writeWhatFits(Posix posix, int fd, Bytes text) throws PosixException {
    CallList calls = new CallList();
    calls.add(Syscall.FCNTL, number(fd), number(Fcntl.SETFL), number(OpenFlags.NONBLOCK));
    int write =
        calls.attempt(
            Syscall.WRITE, number(fd), CallList.bytes(text.toArray()), number(text.length()));
    calls.add(Syscall.FCNTL, number(fd), number(Fcntl.SETFL), number(0));
    Results results = posix.call(calls);
    return results.failed(write) ? 0 : (int) results.value(write);
  }

  private static void writeInChild(Posix posix, Descriptors.Pipe pipe, Bytes text, boolean detached)
      throws PosixException {
    Posix between = detached ? posix.fork() : null;
    Posix child = (detached ? between : posix).fork();
    Thread.ofVirtual().name("heredoc-" + child.info().pid()).start(() -> write(child, pipe, text));
    if (detached) {
      between.exit(0);
      between.close();
      posix.waitFor(between.info().pid());
    }
  }

  private static void write(Posix child, Descriptors.Pipe pipe, Bytes text) {
    try (child) {
      Files files = new Files(child);
      files.close(pipe.readEnd());
      files.write(pipe.writeEnd(), text);
      child.exit(0);
    } catch (PosixException e) {
      child.exit(CommandException.SYSTEM);
    } catch (DisconnectedException e) {
      // SIGPIPE, most likely: nobody wants to read any more.
      return;
    }
  }
}
