package s6j.logging.backend;

import s6j.spi.log.LogBackend;
import s6j.spi.log.LogConfiguration;
import s6j.spi.log.LogConfigurationException;

/**
 * A backend of our own: selected, and its options checked, like any other. What it opens belongs to
 * one logger, whose process writes it with its own rights; so lines stay in the pipe until they are
 * written, as with the directives of s6-log.
 */
public sealed interface OwnBackend extends LogBackend
    permits DirBackend, JsonBackend, StdoutBackend {

  /** Called on the thread of the logger. */
  @Override
  OwnDestination open(LogConfiguration configuration) throws LogConfigurationException;
}
