package s6j.commands.portable.text;

import java.util.ArrayList;
import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.commands.portable.stream.Lines;
import s6j.commands.portable.stream.Spool;
import s6j.commands.portable.stream.Transfer;

/**
 * Sorted runs of lines that are kept in files. Eight runs become one of the next level, so that few
 * are read at a time, however many there were.
 */
final class SpilledRuns {
  /** How long a line may be: one of each run is in memory while they are merged. */
  static final int LINE_MAX = 128 << 10;

  private static final int MERGED = 8;

  /** How much of each of them is read at a time. */
  private static final int MERGED_CHUNK = 16 << 10;

  private final Invocation call;
  private final LineOrder order;
  private final byte separator;
  private final List<List<Spool>> levels = new ArrayList<>();

  SpilledRuns(Invocation call, LineOrder order, byte separator) {
    this.call = call;
    this.order = order;
    this.separator = separator;
  }

  boolean isEmpty() {
    return levels.isEmpty();
  }

  /** Writes a run to a file. */
  void add(SortedRun run) throws CommandException {
    Spool spool = Spool.create(call);
    run.drainTo((from, start, end) -> put(spool, from, start, end));
    spool.flush();
    add(0, spool);
  }

  private void add(int level, Spool spool) throws CommandException {
    if (level == levels.size()) {
      levels.add(new ArrayList<>());
    }
    List<Spool> runs = levels.get(level);
    runs.add(spool);
    if (runs.size() == MERGED) {
      Spool merged = Spool.create(call);
      merge(runs, (from, start, end) -> put(merged, from, start, end));
      merged.flush();
      runs.clear();
      add(level + 1, merged);
    }
  }

  private void put(Spool spool, byte[] from, int start, int end) throws CommandException {
    spool.put(from, start, end);
    spool.put(separator);
  }

  /** Passes all lines on in order, those that are equal as they came. */
  void drainTo(LineSink sink) throws CommandException {
    List<Spool> all = new ArrayList<>();
    for (int i = levels.size() - 1; i >= 0; i--) {
      all.addAll(levels.get(i));
    }
    levels.clear();
    merge(all, sink);
  }

  private void merge(List<Spool> runs, LineSink sink) throws CommandException {
    List<Lines> heads = new ArrayList<>();
    for (Spool run : runs) {
      run.rewind();
      Transfer transfer = new Transfer(call.posix());
      Lines lines = new Lines(transfer, run.fd(), separator, 2 * LINE_MAX, MERGED_CHUNK);
      if (lines.next()) {
        heads.add(lines);
      }
    }
    while (!heads.isEmpty()) {
      int least = 0;
      for (int i = 1; i < heads.size(); i++) {
        if (compare(heads.get(i), heads.get(least)) < 0) {
          least = i;
        }
      }
      Lines line = heads.get(least);
      sink.take(line.buffer(), line.start(), line.end());
      if (!line.next()) {
        heads.remove(least);
      }
    }
    for (Spool run : runs) {
      run.close();
    }
  }

  private int compare(Lines one, Lines other) {
    return order.compare(
        one.buffer(), one.start(), one.end(), other.buffer(), other.start(), other.end());
  }
}
