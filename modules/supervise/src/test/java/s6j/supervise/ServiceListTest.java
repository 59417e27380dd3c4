package s6j.supervise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;
import s6j.supervise.ServiceList.Entry;

/** The file that says where services are whose link has gone. */
class ServiceListTest {
  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(Bytes.of("a"), Bytes.of("/etc/with a space/and\na line"), false),
          new Entry(Bytes.of("s"), Bytes.of("/run/s"), true),
          new Entry(Bytes.of("l"), Bytes.of("/run/l"), false));

  private static Bytes written() {
    ServiceList list = new ServiceList();
    for (Entry one : ENTRIES) {
      list.add(one.name(), one.directory(), one.logged());
    }
    return list.content();
  }

  @Test
  void it_is_read_as_it_was_written() {
    assertEquals(ENTRIES, ServiceList.parse(written()));
    assertEquals(List.of(), ServiceList.parse(Bytes.EMPTY));
  }

  @Test
  void an_entry_that_is_not_whole_is_none() {
    for (int size = 0; size < written().length(); size++) {
      List<Entry> entries = ServiceList.parse(written().slice(0, size));
      assertEquals(ENTRIES.subList(0, entries.size()), entries);
    }
  }
}
