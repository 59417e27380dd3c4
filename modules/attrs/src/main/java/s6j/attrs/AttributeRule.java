package s6j.attrs;

import s6j.posix.Bytes;
import s6j.posix.Stat;

/**
 * One line of a rule file, understood.
 *
 * @param where file and line, for messages
 * @param path a path, which may be a glob pattern
 * @param recursive whether what is below a directory is meant as well
 * @param uid who owns it
 * @param gid its group
 * @param fileMode permissions of everything that is no directory, or {@link #LEAVE}
 * @param directoryMode permissions of directories, or {@link #LEAVE}
 */
record AttributeRule(
    String where,
    PathPattern path,
    boolean recursive,
    int uid,
    int gid,
    int fileMode,
    int directoryMode) {
  /** A mode that is left alone. */
  static final int LEAVE = -1;

  private static final int SET_ID = 06000;

  /** The mode that an object of this kind gets, or {@link #LEAVE}. */
  int mode(boolean directory) {
    return directory ? directoryMode : fileMode;
  }

  /** The change that turns the object at {@code path} into what the rule says; null for none. */
  Change change(int directory, Bytes name, Bytes path, Stat now) {
    int wanted = mode(now.isDirectory());
    boolean chown = now.uid() != uid || now.gid() != gid;
    // A change of owner takes the set-id bits off a file.
    boolean lost = chown && wanted != LEAVE && (wanted & SET_ID) != 0;
    boolean chmod = wanted != LEAVE && (now.permissions() != wanted || lost);
    return chown || chmod
        ? new Change(directory, name, path, this, chown, chmod ? wanted : LEAVE)
        : null;
  }

  /** Whether both say the same of an object. */
  boolean agreesWith(AttributeRule other) {
    return uid == other.uid
        && gid == other.gid
        && fileMode == other.fileMode
        && directoryMode == other.directoryMode;
  }

  /** Whether a mode gives somebody the rights of the owner or group. */
  static boolean isSetId(int mode) {
    return mode != LEAVE && (mode & SET_ID) != 0;
  }
}
