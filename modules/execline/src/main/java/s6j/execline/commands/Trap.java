package s6j.execline.commands;

import static s6j.posix.CallList.number;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.BlockReader;
import s6j.execline.language.Numbers;
import s6j.execline.process.Children;
import s6j.execline.process.Reaper;
import s6j.execline.process.SignalWatch;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;

/**
 * {@code trap [-x] { signal { handler } ... default { handler } } prog}: runs prog in a child and a
 * handler for each signal that comes, with {@code SIGNAL} and the child's pid in {@code !}. A
 * handler that is still running is not started again. {@code -x} passes the other signals on to the
 * child. The first eras' {@code timeout} handler with {@code -t millis} is run once prog has taken
 * that long.
 */
final class Trap extends ExeclineCommand {
  private static final int TIMEOUT = 0;
  private static final int SIGNALS = 64;

  Trap() {
    super("trap", "[ -x ] [ -t timeout ] { signal { command... } ... } program...");
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "xt:");
    long millis = options.has('t') ? small(options.argument('t')) : 0;
    BlockReader blocks = new BlockReader(call, options.end());
    List<Bytes> table = blocks.next();
    if (table.isEmpty()) {
      throw CommandException.fatal(CommandException.USAGE, "empty block");
    }
    if (!blocks.hasMore()) {
      throw usage();
    }
    Map<Integer, List<Bytes>> handlers = handlers(call, table, options.has('x'));
    try {
      return new Run(call, handlers, options.has('x'), millis).run(blocks.rest());
    } catch (PosixException e) {
      throw CommandException.unable("trap signals", e);
    }
  }

  /** The handler of each signal; that of {@code default} is every other's. */
  private static Map<Integer, List<Bytes>> handlers(
      Invocation call, List<Bytes> table, boolean forward) throws CommandException {
    Map<Integer, List<Bytes>> handlers = new HashMap<>();
    List<Bytes> other = null;
    BlockReader blocks;
    for (int at = 0; at < table.size(); at = blocks.at()) {
      Bytes word = table.get(at);
      blocks = new BlockReader(call, table, at + 1);
      List<Bytes> handler = blocks.next("unterminated internal block for directive " + word);
      if (word.toString().equalsIgnoreCase("default")) {
        if (other != null) {
          throw duplicate(word);
        }
        other = handler;
        continue;
      }
      int signal = word.is("timeout") ? TIMEOUT : Signal.parse(word.toString());
      if (signal < 0) {
        throw CommandException.fatal(
            CommandException.USAGE,
            "unrecognized directive: " + word + ", expected a signal's name or number, or default");
      }
      if (signal == Signal.KILL.number()
          || signal == Signal.STOP.number()
          || signal == Signal.CHLD.number()) {
        throw CommandException.fatal(
            CommandException.USAGE,
            "SIG" + Signal.byNumber(signal) + " (" + signal + ") cannot be trapped");
      }
      if (handlers.put(signal, handler) != null) {
        throw duplicate(word);
      }
    }
    if (other != null) {
      for (int signal = 1; signal < Signal.SYS.number(); signal++) {
        if (isCatchable(signal)) {
          handlers.putIfAbsent(signal, other);
        }
      }
    }
    return handlers;
  }

  private static CommandException duplicate(Bytes word) {
    return CommandException.fatal(CommandException.USAGE, "duplicate directive: " + word);
  }

  /** Signals that {@code default} and {@code -x} are about: not those of faults and of children. */
  private static boolean isCatchable(int signal) {
    return switch (Signal.byNumber(signal)) {
      case KILL, STOP, CHLD, ILL, TRAP, BUS, FPE, SEGV, SYS, STKFLT -> false;
      default -> true;
    };
  }

  /** One run: the child, the handlers that are running, and what is to come. */
  private static final class Run {
    private final Invocation call;
    private final Map<Integer, List<Bytes>> handlers;
    private final boolean forward;
    private final Map<Integer, Integer> running = new HashMap<>();
    private long deadline;
    private SignalWatch watch;
    private int child;

    Run(Invocation call, Map<Integer, List<Bytes>> handlers, boolean forward, long millis) {
      this.call = call;
      this.handlers = handlers;
      this.forward = forward;
      this.deadline = millis > 0 ? System.nanoTime() + millis * 1000000 : -1;
    }

    Next run(List<Bytes> program) throws CommandException, PosixException {
      long signals = SignalSet.bit(Signal.CHLD.number());
      for (int signal = 1; signal <= SIGNALS; signal++) {
        boolean passedOn = forward && signal <= Signal.SYS.number() && isCatchable(signal);
        if (passedOn || handlers.containsKey(signal)) {
          signals |= SignalSet.bit(signal);
        }
      }
      watch = SignalWatch.open(call.posix(), signals);
      child = start(program, call.environment());
      for (; ; ) {
        long left =
            deadline < 0 ? -1 : Math.max(0, (deadline - System.nanoTime() + 999999) / 1000000);
        for (int signal : watch.await(left)) {
          act(signal);
        }
        if (deadline >= 0 && System.nanoTime() >= deadline) {
          deadline = -1;
          handle(TIMEOUT);
        }
        WaitStatus end = reap();
        if (end != null) {
          return Next.exit(Children.approximateCode(end));
        }
      }
    }

    private void act(int signal) throws CommandException, PosixException {
      if (handlers.containsKey(signal)) {
        handle(signal);
      } else if (signal != Signal.CHLD.number()) {
        CallList calls = new CallList();
        calls.attempt(Syscall.KILL, number(child), number(signal));
        call.posix().call(calls);
      }
    }

    private void handle(int signal) throws CommandException {
      List<Bytes> handler = handlers.get(signal);
      if (handler == null || handler.isEmpty() || running.containsValue(signal)) {
        return;
      }
      Environment environment =
          call.environment()
              .with("!", Numbers.word(child))
              .with("SIGNAL", signal == TIMEOUT ? Bytes.of("timeout") : Numbers.word(signal));
      running.put(start(handler, environment), signal);
    }

    private int start(List<Bytes> words, Environment environment) throws CommandException {
      CallList inFork = new CallList();
      watch.appendUndo(inFork);
      try {
        return call.chain()
            .spawn(call.posix(), Children.exec(call, words, environment), List.of(), inFork);
      } catch (PosixException e) {
        throw Children.cannotSpawn(words, e);
      }
    }

    /** Looks for ends; returns that of the child, or null while it runs. */
    private WaitStatus reap() throws PosixException {
      for (; ; ) {
        Reaper.Ended ended = Reaper.look(call.posix(), Reaper.ANY);
        if (ended.pid() <= 0) {
          return null;
        }
        if (ended.pid() == child) {
          return ended.status();
        }
        running.remove(ended.pid());
      }
    }
  }
}
