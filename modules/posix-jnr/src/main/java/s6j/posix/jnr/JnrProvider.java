package s6j.posix.jnr;

import com.google.auto.service.AutoService;
import java.util.List;
import s6j.posix.Bytes;
import s6j.posix.InitProcess;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.PosixProvider;

/** Offers this process to whoever looks for one by {@link java.util.ServiceLoader}. */
// The annotation is read by javac only; nobody needs its module later.
@SuppressWarnings("exports")
@AutoService(PosixProvider.class)
public final class JnrProvider implements PosixProvider {
  /** For the ServiceLoader. */
  public JnrProvider() {}

  @Override
  public String name() {
    return "jnr";
  }

  @Override
  public InitProcess initOfMain(int count) throws PosixException {
    JnrInit.restartWithSignalsBlocked();
    return JnrInit.open(JnrPosix.argumentsOfMain(count));
  }

  @Override
  public Posix command(List<Bytes> arguments) {
    return JnrPosix.open(arguments);
  }
}
