package s6j.logging.time;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import s6j.posix.Bytes;

/** Stamps: TAI64N labels, and local time. */
class TimeTest {
  private static String label(long seconds, int nanos) {
    byte[] to = new byte[Tai64n.LENGTH];
    Tai64n.format(seconds, nanos, to, 0);
    return new String(to, StandardCharsets.US_ASCII);
  }

  private static String iso(long seconds, int nanos, Zone zone) {
    byte[] to = new byte[IsoTime.LENGTH];
    IsoTime.format(seconds, nanos, zone, to, 0);
    return new String(to, StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 10",
    "78796799, 10",
    "78796800, 11",
    "1483228799, 36",
    "1483228800, 37",
    "4000000000, 37"
  })
  void a_label_counts_leap_seconds(long unix, long ahead) {
    assertEquals((1L << 62) + unix + ahead, Tai64n.seconds(unix));
    assertEquals(unix, Tai64n.unixSeconds(Tai64n.seconds(unix)));
    assertFalse(Tai64n.isLeapSecond(Tai64n.seconds(unix)));
  }

  @Test
  void a_leap_second_is_known_as_one() {
    long leap = Tai64n.seconds(1483228799) + 1;
    assertTrue(Tai64n.isLeapSecond(leap));
    assertEquals(1483228799, Tai64n.unixSeconds(leap));
    assertFalse(Tai64n.isLeapSecond(leap + 1));
  }

  @Test
  void a_label_has_25_characters() {
    assertEquals("@40000000586846a53b9ac9ff", label(1483228800, 999_999_999));
    assertEquals("@400000000000000a00000000", label(0, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "0123456789abcdef, 81985529216486895",
    "00000000000000FF, 255",
    "000000000000000g, -1"
  })
  void hexadecimal_digits_are_read_in_either_case(String digits, long expected) {
    assertEquals(expected, Tai64n.parseHex(digits.getBytes(StandardCharsets.US_ASCII), 0, 16));
  }

  @Test
  void days_and_dates_are_those_of_the_gregorian_calendar() {
    Random random = new Random(2);
    for (int i = 0; i < 5000; i++) {
      LocalDate date = LocalDate.ofEpochDay(random.nextInt(4_000_000) - 1_000_000);
      long day = date.toEpochDay();
      long[] parts = Calendar.date(day);
      assertEquals(date, LocalDate.of((int) parts[0], (int) parts[1], (int) parts[2]));
      assertEquals(day, Calendar.day(parts[0], (int) parts[1], (int) parts[2]));
      assertEquals(date.getDayOfWeek().getValue() % 7, Calendar.weekday(day));
      assertEquals(date.isLeapYear(), Calendar.isLeap(parts[0]));
    }
  }

  @Test
  void people_read_times_with_nine_digits_of_a_second() {
    assertEquals("1970-01-01 00:00:00.000000000", iso(0, 0, Zone.UTC));
    assertEquals("2026-11-24 09:22:55.584909963", iso(1795508575, 584909963, at -> 3600));
    assertEquals("1969-12-31 23:59:59.000000001", iso(0, 1, at -> -1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Europe/Paris",
        "America/New_York",
        "Australia/Lord_Howe",
        "Asia/Kolkata",
        "America/St_Johns",
        "Pacific/Apia",
        "Etc/UTC"
      })
  void zone_files_say_what_java_says(String name) throws Exception {
    Zone zone = ZoneFile.parse(Bytes.of(Files.readAllBytes(Path.of("/usr/share/zoneinfo", name))));
    ZoneId id = ZoneId.of(name);
    Random random = new Random(4);
    for (int i = 0; i < 3000; i++) {
      long at = random.nextLong(0, 4_000_000_000L);
      assertEquals(
          id.getRules().getOffset(Instant.ofEpochSecond(at)).getTotalSeconds(),
          zone.offsetAt(at),
          name + " at " + Instant.ofEpochSecond(at));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "UTC0 UTC",
        "CET-1CEST,M3.5.0,M10.5.0/3 Europe/Paris",
        "EST5EDT,M3.2.0,M11.1.0 America/New_York",
        "EST5EDT America/New_York",
        "<+0530>-5:30 Asia/Kolkata",
        "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0 Australia/Lord_Howe",
        "IST-1GMT0,M10.5.0,M3.5.0/1 Europe/Dublin"
      })
  void a_zone_as_posix_writes_it(String text, String same) {
    PosixZone zone = PosixZone.parse(text);
    ZoneId id = ZoneId.of(same);
    for (long at = 1_700_000_000L; at < 1_860_000_000L; at += 1799) {
      assertEquals(
          id.getRules().getOffset(Instant.ofEpochSecond(at)).getTotalSeconds(),
          zone.offsetAt(at),
          text + " at " + Instant.ofEpochSecond(at));
    }
  }

  @Test
  void days_of_the_year_with_and_without_february_29() {
    long noon = ZonedDateTime.of(2028, 3, 1, 12, 0, 0, 0, ZoneOffset.UTC).toEpochSecond();
    assertEquals(3600, PosixZone.parse("AAA0BBB,J60/0,J300").offsetAt(noon));
    assertEquals(0, PosixZone.parse("AAA0BBB,J61/0,J300").offsetAt(noon));
    assertEquals(3600, PosixZone.parse("AAA0BBB,60/0,300").offsetAt(noon));
    assertEquals(0, PosixZone.parse("AAA0BBB,61/0,300").offsetAt(noon));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "UTC",
        "AAA0BBB,",
        "AAA0BBB,M13.1.0,M1.1.0",
        "<A",
        "AAA0BBB,M3.2.0",
        "AAA0 "
      })
  void what_is_no_zone_is_none(String text) {
    assertNull(PosixZone.parse(text));
  }

  @Test
  void broken_zone_files_are_none_and_do_no_harm() throws Exception {
    byte[] good = Files.readAllBytes(Path.of("/usr/share/zoneinfo/Europe/Paris"));
    Random random = new Random(9);
    for (int i = 0; i < 2000; i++) {
      byte[] bad = java.util.Arrays.copyOf(good, random.nextInt(good.length));
      for (int k = random.nextInt(4); k > 0 && bad.length > 0; k--) {
        bad[random.nextInt(Math.min(bad.length, 60))] = (byte) random.nextInt();
      }
      Zone zone = ZoneFile.parse(Bytes.of(bad));
      if (zone != null) {
        zone.offsetAt(random.nextInt());
      }
    }
    assertNull(ZoneFile.parse(Bytes.of("no zone file, but more than forty-four bytes of text")));
  }

  @Test
  void stamps_are_formatted_for_each_line() {
    Stamps stamps = new Stamps(at -> 7200);
    stamps.set(1483228800, 5);
    assertEquals(
        "@40000000586846a500000005 ", new String(stamps.label(), StandardCharsets.US_ASCII));
    assertEquals(
        "2017-01-01 02:00:00.000000005  ", new String(stamps.iso(), StandardCharsets.US_ASCII));
    stamps.set(1483228800, 999_999_999);
    assertEquals(
        "@40000000586846a53b9ac9ff ", new String(stamps.label(), StandardCharsets.US_ASCII));
    assertEquals(
        "2017-01-01 02:00:00.999999999  ", new String(stamps.iso(), StandardCharsets.US_ASCII));
    stamps.set(1483228801, 0);
    assertEquals(
        "2017-01-01 02:00:01.000000000  ", new String(stamps.iso(), StandardCharsets.US_ASCII));
  }

  @Test
  void lines_that_came_at_once_are_a_nanosecond_apart() {
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      long second = 1483228800L + random.nextInt(1 << 20);
      int nanos = i % 2 == 0 ? 999_999_900 : random.nextInt(999_999_000);
      Stamps stepped = new Stamps(Zone.UTC);
      Stamps set = new Stamps(Zone.UTC);
      stepped.set(second, nanos);
      for (int line = 1; line < 300; line++) {
        stepped.tick();
        long total = nanos + line;
        set.set(second + total / 1_000_000_000, (int) (total % 1_000_000_000));
        assertArrayEquals(set.label(), stepped.label());
        assertArrayEquals(set.iso(), stepped.iso());
      }
    }
  }

  @Test
  void stamps_do_not_go_back_but_when_the_clock_was_set() {
    Instant now = Instant.ofEpochSecond(1_700_000_000, 500);
    Stamps stamps = new Stamps(Zone.UTC);
    stamps.set(now.getEpochSecond(), now.getNano());
    for (int i = 0; i < 1000; i++) {
      stamps.tick();
    }
    stamps.arrived(now.plusNanos(300));
    assertEquals(now.plusNanos(1000), stamps.time());
    stamps.arrived(now.plusNanos(5000));
    assertEquals(now.plusNanos(5000), stamps.time());
    stamps.arrived(now.minusSeconds(3600));
    assertEquals(now.minusSeconds(3600), stamps.time());
  }

  @Test
  void the_clock_of_stamps_is_that_of_the_wall() {
    Stamps stamps = new Stamps(Zone.UTC);
    long wall = Instant.now().getEpochSecond();
    stamps.tick();
    String label = new String(stamps.label(), 1, 16, StandardCharsets.US_ASCII);
    long stamped = Tai64n.unixSeconds(Long.parseLong(label, 16));
    assertTrue(Math.abs(stamped - wall) <= 1);
  }
}
