package s6j.commands.notification;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.posix.Bytes;

/**
 * How s6-notifyoncheck looks whether a service is ready.
 *
 * @param check the program that exits 0 when it is
 * @param initialSleep milliseconds before the first look
 * @param globalTimeout milliseconds for all of it, 0 for as long as it takes
 * @param localTimeout milliseconds for one look, 0 for as long as it takes
 * @param pause milliseconds between looks
 * @param tries how many looks, 0 for as many as it takes
 */
record CheckPlan(
    Next.Exec check,
    long initialSleep,
    long globalTimeout,
    long localTimeout,
    long pause,
    long tries) {

  static CheckPlan of(Invocation call, Options options, String usage) throws CommandException {
    Bytes command = options.argument('c');
    java.util.List<Bytes> words =
        command == null
            ? Bytes.listOf("./data/check")
            : java.util.List.of(Bytes.of("execlineb"), Bytes.of("-Pc"), command);
    return new CheckPlan(
        call.exec(words, call.environment()),
        options.number('s', 10, usage),
        options.number('T', 0, usage),
        options.number('t', 0, usage),
        options.number('w', 1000, usage),
        options.number('n', 7, usage));
  }
}
