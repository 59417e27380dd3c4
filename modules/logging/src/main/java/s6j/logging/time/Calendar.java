package s6j.logging.time;

/** Days of the proleptic Gregorian calendar, counted from 1970-01-01. */
final class Calendar {
  private static final long DAYS_OF_400_YEARS = 146097;

  /** From 0000-03-01 to 1970-01-01. */
  private static final long EPOCH = 719468;

  private Calendar() {}

  /** The day with this date. */
  static long day(long year, int month, int dayOfMonth) {
    long y = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(y, 400);
    long yearOfEra = y - era * 400;
    int monthFromMarch = (month + 9) % 12;
    long dayOfYear = (153L * monthFromMarch + 2) / 5 + dayOfMonth - 1;
    return era * DAYS_OF_400_YEARS
        + yearOfEra * 365
        + yearOfEra / 4
        - yearOfEra / 100
        + dayOfYear
        - EPOCH;
  }

  /** Year, month (1 to 12) and day of the month. */
  static long[] date(long day) {
    long z = day + EPOCH;
    long era = Math.floorDiv(z, DAYS_OF_400_YEARS);
    long dayOfEra = z - era * DAYS_OF_400_YEARS;
    long yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    long dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    long monthFromMarch = (5 * dayOfYear + 2) / 153;
    long dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    long month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    return new long[] {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth};
  }

  static boolean isLeap(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  /** The day of the week, 0 for Sunday. */
  static int weekday(long day) {
    return (int) Math.floorMod(day + 4, 7L);
  }
}
