package com.example.greeting;

import java.nio.charset.StandardCharsets;
import s6j.spi.CommandCall;
import s6j.spi.CommandProvider;
import s6j.spi.CommandResult;
import s6j.spi.OsString;

/** {@code hello WORD...}: writes its words, each on a line of its own. */
public final class Hello implements CommandProvider {
  @Override
  public String name() {
    return "hello";
  }

  @Override
  public CommandResult run(CommandCall call) throws Exception {
    for (OsString word : call.arguments()) {
      call.out(word.bytes());
      call.out("\n".getBytes(StandardCharsets.UTF_8));
    }
    return CommandResult.exit(0);
  }
}
