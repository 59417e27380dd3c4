package s6j.commands.identity;

import static s6j.posix.CallList.number;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import s6j.chain.Before;
import s6j.chain.CommandException;
import s6j.posix.CallList;
import s6j.posix.Posix;
import s6j.posix.Syscall;

/**
 * Whom a process is to become.
 *
 * @param uid user, 0 to stay who it is
 * @param gid group, 0 to stay in it
 * @param groups supplementary groups, or null to keep them; the group itself is always among them
 */
record Identity(long uid, long gid, List<Integer> groups) {

  /**
   * How a process becomes that: supplementary groups, group, user; the message says which of them
   * is not permitted.
   */
  Before before(Posix posix) {
    CallList calls = new CallList();
    String[] what = new String[3];
    if (groups != null) {
      byte[] list = groupList((int) (gid != 0 ? gid : posix.info().egid()));
      what[calls.size()] = "set supplementary group list";
      calls.add(Syscall.SETGROUPS, number(list.length / 4), CallList.bytes(list));
    }
    if (gid != 0) {
      what[calls.size()] = "setgid";
      calls.add(Syscall.SETRESGID, number(gid), number(gid), number(gid));
    }
    if (uid != 0) {
      what[calls.size()] = "setuid";
      calls.add(Syscall.SETRESUID, number(uid), number(uid), number(uid));
    }
    return new Before(
        calls,
        (process, e, rest) -> {
          throw CommandException.unable(what[Math.max(0, e.index())], e);
        });
  }

  private byte[] groupList(int own) {
    boolean listed = groups.contains(own);
    ByteBuffer list =
        ByteBuffer.allocate(4 * (groups.size() + (listed ? 0 : 1))).order(ByteOrder.nativeOrder());
    if (!listed) {
      list.putInt(own);
    }
    for (int group : groups) {
      list.putInt(group);
    }
    return list.array();
  }
}
