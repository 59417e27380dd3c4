package s6j.commands.identity;

import java.util.ArrayList;
import java.util.List;
import s6j.env.Accounts;
import s6j.posix.Bytes;

/** Lists of group ids as GIDLIST holds them: numbers with commas between. */
final class GroupLists {
  private GroupLists() {}

  /** The ids, or null when it is no such list. A comma at the end is let pass, as it always was. */
  static List<Integer> parse(Bytes text) {
    List<Integer> groups = new ArrayList<>();
    int end = text.endsWith((byte) ',') ? text.length() - 1 : text.length();
    if (end == 0) {
      return text.isEmpty() ? groups : null;
    }
    for (Bytes piece : text.slice(0, end).split(',')) {
      long id = Accounts.id(piece);
      if (id == Accounts.NONE) {
        return null;
      }
      groups.add((int) id);
    }
    return groups;
  }

  static Bytes format(List<Integer> groups) {
    StringBuilder text = new StringBuilder();
    for (int group : groups) {
      text.append(text.isEmpty() ? "" : ",").append(Integer.toUnsignedString(group));
    }
    return Bytes.of(text.toString());
  }
}
