package s6j.supervise;

import s6j.posix.InitProcess;
import s6j.posix.PosixException;

/**
 * An init that tells nothing of the descriptors it watches unless it is asked to read them now: as
 * one does that is always a moment too late.
 */
final class DeafInit extends ForwardingInit {
  DeafInit(InitProcess init) {
    super(init);
  }

  @Override
  public void watch(int fd, long tag) throws PosixException {
    hold(fd, tag);
  }
}
