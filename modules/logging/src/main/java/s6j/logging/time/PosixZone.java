package s6j.logging.time;

/**
 * A time zone as POSIX writes it in TZ, {@code CET-1CEST,M3.5.0,M10.5.0/3}: what is also found at
 * the end of a time zone file, for the time after its last transition.
 */
final class PosixZone implements Zone {
  /** When in a year summer time begins or ends. */
  private record Rule(Kind kind, int month, int week, int day, int seconds) {
    enum Kind {
      /** Day 1 to 365, February 29 is never counted. */
      JULIAN,
      /** Day 0 to 365. */
      DAY_OF_YEAR,
      MONTH_WEEK_DAY
    }

    /** Local seconds since 1970. */
    long in(long year) {
      long first = Calendar.day(year, 1, 1);
      long on =
          switch (kind) {
            case JULIAN -> first + day - 1 + (Calendar.isLeap(year) && day >= 60 ? 1 : 0);
            case DAY_OF_YEAR -> first + day;
            case MONTH_WEEK_DAY -> weekdayIn(year);
          };
      return on * 86400 + seconds;
    }

    private long weekdayIn(long year) {
      long first = Calendar.day(year, month, 1);
      long on = first + (day - Calendar.weekday(first) + 7) % 7 + 7L * (week - 1);
      long next = month == 12 ? Calendar.day(year + 1, 1, 1) : Calendar.day(year, month + 1, 1);
      return on < next ? on : on - 7;
    }
  }

  private final int standard;
  private final int summer;
  private final Rule begin;
  private final Rule end;

  private PosixZone(int standard, int summer, Rule begin, Rule end) {
    this.standard = standard;
    this.summer = summer;
    this.begin = begin;
    this.end = end;
  }

  /** The zone that this text describes, or null. */
  static PosixZone parse(String text) {
    return new Parser(text).parse();
  }

  @Override
  public int offsetAt(long unixSeconds) {
    if (begin == null) {
      return standard;
    }
    long year = Calendar.date(Math.floorDiv(unixSeconds + standard, 86400L))[0];
    long from = begin.in(year) - standard;
    long to = end.in(year) - summer;
    boolean isSummer =
        from < to
            ? unixSeconds >= from && unixSeconds < to
            : unixSeconds >= from || unixSeconds < to;
    return isSummer ? summer : standard;
  }

  private static final class Parser {
    private final String text;
    private int at;
    private boolean bad;

    Parser(String text) {
      this.text = text;
    }

    PosixZone parse() {
      name();
      int standard = -time();
      if (bad) {
        return null;
      }
      if (at == text.length()) {
        return new PosixZone(standard, standard, null, null);
      }
      name();
      int summer = at < text.length() && peek() != ',' ? -time() : standard + 3600;
      Rule begin = new Rule(Rule.Kind.MONTH_WEEK_DAY, 3, 2, 0, 7200);
      Rule end = new Rule(Rule.Kind.MONTH_WEEK_DAY, 11, 1, 0, 7200);
      if (at < text.length()) {
        begin = rule();
        end = rule();
      }
      return bad || at < text.length() ? null : new PosixZone(standard, summer, begin, end);
    }

    private char peek() {
      return at < text.length() ? text.charAt(at) : 0;
    }

    private boolean take(char c) {
      if (peek() != c) {
        return false;
      }
      at++;
      return true;
    }

    private void name() {
      int start = at;
      if (take('<')) {
        int close = text.indexOf('>', at);
        bad |= close < 0;
        at = close < 0 ? text.length() : close + 1;
        return;
      }
      while (Character.isLetter(peek())) {
        at++;
      }
      bad |= at - start < 3;
    }

    private int number() {
      int start = at;
      int value = 0;
      while (peek() >= '0' && peek() <= '9' && at - start < 4) {
        value = value * 10 + text.charAt(at++) - '0';
      }
      bad |= at == start;
      return value;
    }

    /** {@code [+-]hh[:mm[:ss]]}, in seconds. */
    private int time() {
      int sign = take('-') ? -1 : 1;
      if (sign > 0) {
        take('+');
      }
      int seconds = number() * 3600;
      if (take(':')) {
        seconds += number() * 60;
        if (take(':')) {
          seconds += number();
        }
      }
      return sign * seconds;
    }

    private Rule rule() {
      bad |= !take(',');
      Rule.Kind kind = Rule.Kind.DAY_OF_YEAR;
      int month = 1;
      int week = 1;
      int day;
      if (take('M')) {
        kind = Rule.Kind.MONTH_WEEK_DAY;
        month = number();
        bad |= !take('.');
        week = number();
        bad |= !take('.');
        day = number();
        bad |= month < 1 || month > 12 || week < 1 || week > 5 || day > 6;
        month = Math.clamp(month, 1, 12);
      } else {
        if (take('J')) {
          kind = Rule.Kind.JULIAN;
        }
        day = number();
        bad |= day > 365;
      }
      int seconds = take('/') ? time() : 7200;
      return new Rule(kind, month, week, day, seconds);
    }
  }
}
