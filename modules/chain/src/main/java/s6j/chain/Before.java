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
     * @param rest what would come now, had they not failed
     * @return what comes instead: usually the rest
     * @throws CommandException to end the process with a message and a code
     */
    Next deal(Posix posix, PosixException failure, Next rest) throws CommandException;
  }

  /** Nothing. */
  static Before nothing() {
    return new Before(new CallList(), (posix, failure, rest) -> rest);
  }

  boolean isNothing() {
    return calls.isEmpty();
  }
}
