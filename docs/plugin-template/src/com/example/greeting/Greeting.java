package com.example.greeting;

import java.util.Set;
import s6j.spi.OsString;
import s6j.spi.Point;
import s6j.spi.StageContext;
import s6j.spi.StageHook;
import s6j.spi.StageVeto;

/** Sets GREETING, for everything in the container; refuses to start as Scrooge. */
public final class Greeting implements StageHook {
  @Override
  public Set<Point> points() {
    return Set.of(Point.BEFORE_STAGE1);
  }

  @Override
  public void reached(Point point, StageContext context) throws StageVeto {
    OsString name = context.environment().getOrDefault(OsString.of("NAME"), OsString.of("world"));
    if (name.equals(OsString.of("Scrooge"))) {
      throw new StageVeto("bah, humbug", 1);
    }
    context.progress("says hello");
    context.set(OsString.of("GREETING"), OsString.of("hello " + name));
  }
}
