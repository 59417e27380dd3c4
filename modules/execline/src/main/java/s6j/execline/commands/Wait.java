package s6j.execline.commands;

import java.util.ArrayList;
import java.util.List;
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
import s6j.posix.Environment;
import s6j.posix.PosixException;
import s6j.posix.Signal;
import s6j.posix.SignalSet;
import s6j.posix.WaitStatus;

/**
 * {@code wait [-I | -i] [-a | -o] [-r | -t millis] { pids } prog}: waits for children, all of them
 * when no pid is given, or with {@code -o} for the first, whose pid and status become {@code !} and
 * {@code ?}. After the time {@code -t} it goes on, with {@code -i} it exits 99. Without a block it
 * is the POSIX command: {@code wait pid...} exits with the status of the last.
 */
final class Wait extends ExeclineCommand {
  private static final long FOR_EVER = -1;

  Wait() {
    super("wait", "[ -I | -i ] [ -a | -o ] [ -r | -t timeout ] { pids... } [ program... ]");
  }

  /** What is to be waited for, how, and until when. */
  private record Plan(
      List<Integer> pids, boolean first, boolean insist, boolean blocking, long deadline) {
    long millisLeft() {
      return deadline < 0 ? -1 : Math.max(0, (deadline - System.nanoTime() + 999999) / 1000000);
    }
  }

  @Override
  public Next run(Invocation call) throws CommandException {
    Options options = options(call, "Iiaort:");
    int block = options.end();
    if (!call.arguments().subList(block, call.arguments().size()).contains(Bytes.EMPTY)) {
      return posixWait(call, pids(call.arguments().subList(block, call.arguments().size())));
    }
    BlockReader blocks = new BlockReader(call, block);
    Plan plan = plan(options, pids(blocks.next()));
    try {
      Reaper.Ended ended =
          plan.first() || plan.deadline() >= 0 ? patiently(call, plan) : all(call, plan);
      if (ended == null && plan.insist()) {
        throw CommandException.fatal(
            CommandException.TIMEOUT, "unable to wait: Connection timed out");
      }
      return orDone(call, blocks.rest(), told(call.environment(), plan, ended));
    } catch (PosixException e) {
      throw CommandException.unable("wait", e);
    }
  }

  private Plan plan(Options options, List<Integer> pids) throws CommandException {
    boolean first = false;
    boolean insist = false;
    boolean blocking = true;
    long millis = FOR_EVER;
    for (Options.Option option : options.list()) {
      switch (option.letter()) {
        case 'a' -> first = false;
        case 'o' -> first = true;
        case 'i' -> insist = true;
        case 'I' -> insist = false;
        case 'r' -> blocking = false;
        case 't' -> {
          blocking = true;
          millis = small(option.argument());
        }
        default -> {}
      }
    }
    long deadline =
        !blocking ? System.nanoTime() : millis > 0 ? System.nanoTime() + millis * 1000000 : -1;
    return new Plan(pids, first, insist, blocking, deadline);
  }

  private List<Integer> pids(List<Bytes> words) throws CommandException {
    List<Integer> pids = new ArrayList<>(words.size());
    for (Bytes word : words) {
      pids.add(small(word));
    }
    return pids;
  }

  private Next posixWait(Invocation call, List<Integer> pids) throws CommandException {
    try {
      if (pids.isEmpty()) {
        while (Reaper.await(call.posix(), Reaper.ANY).pid() > 0) {
          continue;
        }
        return Next.exit(0);
      }
      int code = 0;
      for (int pid : pids) {
        WaitStatus status = Reaper.await(call.posix(), pid).status();
        code = status == null ? CommandException.NOT_FOUND : Children.approximateCode(status);
      }
      return Next.exit(code);
    } catch (PosixException e) {
      throw CommandException.unable("wait", e);
    }
  }

  /** Waits for all without a limit of time. */
  private static Reaper.Ended all(Invocation call, Plan plan) throws PosixException {
    Reaper.Ended last = new Reaper.Ended(-1, null);
    if (plan.pids().isEmpty()) {
      while (last.pid() != -1 || last.status() == null) {
        Reaper.Ended ended = Reaper.await(call.posix(), Reaper.ANY);
        if (ended.pid() < 0) {
          return last;
        }
        last = ended;
      }
    }
    for (int pid : plan.pids()) {
      last = Reaper.await(call.posix(), pid);
    }
    return last;
  }

  /**
   * Waits until what is waited for has ended, or time is up.
   *
   * @return the last that ended; with pid -1 when there was no such child; null when time was up
   */
  private static Reaper.Ended patiently(Invocation call, Plan plan) throws PosixException {
    SignalWatch watch = SignalWatch.open(call.posix(), SignalSet.bit(Signal.CHLD.number()));
    try {
      List<Integer> left = new ArrayList<>(plan.pids());
      for (; ; ) {
        Reaper.Ended ended = left.isEmpty() ? lookAtAny(call, plan) : look(call, plan, left);
        if (ended != null) {
          return ended;
        }
        if (!plan.blocking() || plan.deadline() >= 0 && plan.millisLeft() == 0) {
          return null;
        }
        watch.await(plan.millisLeft());
      }
    } finally {
      watch.close();
    }
  }

  /** Null while something is still to be waited for. */
  private static Reaper.Ended lookAtAny(Invocation call, Plan plan) throws PosixException {
    for (; ; ) {
      Reaper.Ended ended = Reaper.look(call.posix(), Reaper.ANY);
      if (ended.pid() == 0) {
        return null;
      }
      if (ended.pid() < 0 || plan.first()) {
        return ended;
      }
    }
  }

  private static Reaper.Ended look(Invocation call, Plan plan, List<Integer> left)
      throws PosixException {
    Reaper.Ended last = null;
    for (int i = 0; i < left.size(); ) {
      Reaper.Ended ended = Reaper.look(call.posix(), left.get(i));
      if (ended.pid() == 0) {
        i++;
        continue;
      }
      left.remove(i);
      last = ended;
      if (plan.first() && ended.pid() > 0) {
        return ended;
      }
    }
    return left.isEmpty() ? last : null;
  }

  private static Environment told(Environment environment, Plan plan, Reaper.Ended ended) {
    if (!plan.first() || ended == null) {
      return environment;
    }
    if (ended.pid() < 0) {
      return environment.without("!").without("?");
    }
    return environment
        .with("!", Numbers.word(ended.pid()))
        .with("?", Numbers.word(Children.approximateCode(ended.status())));
  }
}
