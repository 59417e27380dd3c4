package s6j.logging.script;

import java.util.Map;
import s6j.posix.Bytes;
import s6j.spi.log.LogBackend;

/** Where a selected line goes. */
public sealed interface Action {
  Layout layout();

  /** {@code 1}. */
  record ToStdout(Layout layout) implements Action {}

  /**
   * {@code 2}.
   *
   * @param size how many bytes of the line are shown; 0 for all
   */
  record ToStderr(Layout layout, long size) implements Action {}

  /**
   * {@code =file}.
   *
   * @param size how many bytes the file has; 0 for as many as the line
   */
  record ToStatusFile(Layout layout, Bytes path, long size) implements Action {}

  /**
   * A log directory.
   *
   * @param archives how many archived files are kept
   * @param fileSize at what size of the file that is written to it is archived, bytes
   * @param tolerance how many bytes earlier that is done when a line ends there
   * @param totalSize how many bytes the archived files may have together, as an unsigned number; 0
   *     for any
   * @param retryMillis how long to wait after something has failed
   * @param rotateSeconds how often the file is archived whatever its size is; 0 for never
   * @param processor what archived files go through, or null
   */
  record ToDirectory(
      Layout layout,
      Bytes path,
      long archives,
      long fileSize,
      long tolerance,
      long totalSize,
      long retryMillis,
      long rotateSeconds,
      Processor processor)
      implements Action {}

  /**
   * {@code plugin:name?option=value&...}.
   *
   * @param options names and values, decoded; the backend knows all of them
   * @param buffer how many bytes of lines may wait for the destination before reading stops
   */
  record ToBackend(Layout layout, LogBackend backend, Map<String, String> options, long buffer)
      implements Action {
    /** How messages name it. */
    public String title() {
      return "plugin:" + backend.name();
    }
  }
}
