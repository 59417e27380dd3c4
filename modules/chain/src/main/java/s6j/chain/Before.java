package s6j.chain;

import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.PosixException;

/**
 * What a command's process does right before it ends or goes on as another program: in the same
 * exchange, where that is possible.
 *
 * @param calls to be made once; none for nothing
 * @param failure what is done when one of them has failed that may not
 */
public record Before(CallList calls, Failure failure) {
  /** Deals with the failure of the calls. */
  public interface Failure {
    /**
     * Makes up for it, or says why that is not possible.
     *
     * @throws CommandException to end the process with a message and a code
     */
    void deal(Posix posix, PosixException failure) throws CommandException;
  }

  /** Nothing. */
  static Before nothing() {
    return new Before(new CallList(), (posix, failure) -> {});
  }

  boolean isNothing() {
    return calls.isEmpty();
  }

  /** Makes the calls in an exchange of their own. */
  void make(Posix posix) throws CommandException {
    if (isNothing()) {
      return;
    }
    try {
      posix.call(calls);
    } catch (PosixException e) {
      failure.deal(posix, e);
    }
  }
}
