package s6j.commands.access;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import s6j.posix.Bytes;

/**
 * A constant database, in D. J. Bernstein's format: records, and 256 hash tables that find them.
 */
final class Cdb {
  private static final int TABLES = 256;
  private static final int HEADER = TABLES * 8;

  private final ByteBuffer content;
  private final int recordsEnd;

  private Cdb(ByteBuffer content, int recordsEnd) {
    this.content = content;
    this.recordsEnd = recordsEnd;
  }

  /** One record. */
  record Entry(Bytes key, Bytes data) {}

  /** The database in a file's content, or null when it is none. */
  static Cdb of(Bytes file) {
    if (file.length() < HEADER) {
      return null;
    }
    ByteBuffer content = ByteBuffer.wrap(file.toArray()).order(ByteOrder.LITTLE_ENDIAN);
    long end = Integer.toUnsignedLong(content.getInt(0));
    return end < HEADER || end > file.length() ? null : new Cdb(content, (int) end);
  }

  /**
   * What stands under a key; null when nothing does.
   *
   * @throws MalformedException when the database is damaged
   */
  Bytes find(Bytes key) throws MalformedException {
    int hash = hash(key);
    int header = (hash & 255) * 8;
    long table = Integer.toUnsignedLong(content.getInt(header));
    long slots = Integer.toUnsignedLong(content.getInt(header + 4));
    for (long i = 0; i < slots; i++) {
      long slot = table + ((hash >>> 8) % slots + i) % slots * 8;
      int at = integer(slot + 4);
      if (at == 0) {
        return null;
      }
      if (integer(slot) == hash) {
        Entry entry = entry(Integer.toUnsignedLong(at));
        if (entry.key().equals(key)) {
          return entry.data();
        }
      }
    }
    return null;
  }

  /**
   * All records, in order.
   *
   * @throws MalformedException when the database is damaged
   */
  List<Entry> entries() throws MalformedException {
    List<Entry> entries = new ArrayList<>();
    for (long at = HEADER; at < recordsEnd; ) {
      Entry entry = entry(at);
      entries.add(entry);
      at += 8L + entry.key().length() + entry.data().length();
    }
    return entries;
  }

  private Entry entry(long at) throws MalformedException {
    long key = Integer.toUnsignedLong(integer(at));
    long data = Integer.toUnsignedLong(integer(at + 4));
    if (at + 8 + key + data > content.capacity()) {
      throw new MalformedException();
    }
    int start = (int) at + 8;
    int middle = start + (int) key;
    byte[] all = content.array();
    return new Entry(Bytes.of(all, start, middle), Bytes.of(all, middle, middle + (int) data));
  }

  private int integer(long at) throws MalformedException {
    if (at < 0 || at + 4 > content.capacity()) {
      throw new MalformedException();
    }
    return content.getInt((int) at);
  }

  /** The file with these records. */
  static Bytes write(List<Entry> entries) {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    List<List<int[]>> tables = new ArrayList<>();
    for (int i = 0; i < TABLES; i++) {
      tables.add(new ArrayList<>());
    }
    for (Entry entry : entries) {
      int hash = hash(entry.key());
      tables.get(hash & 255).add(new int[] {hash, HEADER + records.size()});
      records.writeBytes(little(entry.key().length(), entry.data().length()));
      records.writeBytes(entry.key().toArray());
      records.writeBytes(entry.data().toArray());
    }
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    ByteArrayOutputStream hashes = new ByteArrayOutputStream();
    for (List<int[]> table : tables) {
      header.writeBytes(little(HEADER + records.size() + hashes.size(), table.size() * 2));
      hashes.writeBytes(slots(table));
    }
    header.writeBytes(records.toByteArray());
    header.writeBytes(hashes.toByteArray());
    return Bytes.of(header.toByteArray());
  }

  /** A table is twice as large as it needs to be, so that what is not there is found out soon. */
  private static byte[] slots(List<int[]> table) {
    int count = table.size() * 2;
    ByteBuffer slots = ByteBuffer.allocate(count * 8).order(ByteOrder.LITTLE_ENDIAN);
    for (int[] entry : table) {
      int slot = Integer.remainderUnsigned(entry[0] >>> 8, count);
      while (slots.getInt(slot * 8 + 4) != 0) {
        slot = (slot + 1) % count;
      }
      slots.putInt(slot * 8, entry[0]).putInt(slot * 8 + 4, entry[1]);
    }
    return slots.array();
  }

  private static byte[] little(int a, int b) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putInt(a).putInt(b).array();
  }

  private static int hash(Bytes key) {
    int hash = 5381;
    for (int i = 0; i < key.length(); i++) {
      hash = hash * 33 ^ key.at(i) & 255;
    }
    return hash;
  }

  /** A database whose pointers lead out of it. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException() {
      super("invalid cdb");
    }
  }
}
