package s6j.execline.commands;

import java.util.List;
import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.chain.Next;
import s6j.chain.Options;
import s6j.execline.language.Substitution;
import s6j.posix.Bytes;
import s6j.posix.Environment;

/**
 * Text that was read becomes the value of a variable: what {@code backtick} and {@code withstdinas}
 * share.
 */
final class CapturedText {
  private CapturedText() {}

  /** What to do about text that cannot be a value. */
  enum Kind {
    /** The command ends. */
    INSIST,
    /** What there is before a NUL is taken. */
    TAKE_ANYTHING,
    /** Another value is taken, or the variable is unset. */
    FALL_BACK
  }

  /**
   * @param fallback for {@link Kind#FALL_BACK}: the value, or null to unset the variable
   */
  record Policy(Kind kind, Bytes fallback) {}

  static Policy policy(Options options) {
    Policy policy = new Policy(Kind.INSIST, null);
    for (Options.Option option : options.list()) {
      policy =
          switch (option.letter()) {
            case 'i' -> new Policy(Kind.INSIST, null);
            case 'I' -> new Policy(Kind.TAKE_ANYTHING, null);
            case 'x' -> new Policy(Kind.FALL_BACK, null);
            case 'D' -> new Policy(Kind.FALL_BACK, option.argument());
            default -> policy;
          };
    }
    return policy;
  }

  /**
   * The value that a text becomes.
   *
   * @param what what the text is
   * @param code the exit code of one who insists
   * @param whatThen what the warning of a fallback ends with
   * @return null when the variable is to be unset
   */
  static Bytes value(
      Invocation call,
      Policy policy,
      Bytes text,
      Options options,
      String what,
      int code,
      String whatThen)
      throws CommandException {
    Bytes chomped =
        chomps(options) && text.endsWith((byte) '\n') ? text.slice(0, text.length() - 1) : text;
    int nul = chomped.indexOf(0);
    if (nul < 0) {
      return chomped;
    }
    String complaint = what + " contained a null character";
    return switch (policy.kind()) {
      case INSIST -> throw CommandException.fatal(code, complaint);
      case TAKE_ANYTHING -> chomped.slice(0, nul);
      case FALL_BACK -> {
        call.warn(complaint + whatThen);
        yield policy.fallback();
      }
    };
  }

  private static boolean chomps(Options options) {
    boolean chomp = true;
    for (Options.Option option : options.list()) {
      if (option.letter() == 'n') {
        chomp = true;
      } else if (option.letter() == 'N') {
        chomp = false;
      }
    }
    return chomp;
  }

  /** Goes on with the variable set, or, with {@code -E}, substituted. */
  static Next goOn(
      Invocation call,
      Options options,
      Bytes variable,
      Bytes value,
      List<Bytes> rest,
      Environment environment)
      throws CommandException {
    if (importsItself(options)) {
      return goOnSubstituted(call, variable, value, rest, environment);
    }
    return ExeclineCommand.orDone(
        call,
        rest,
        value == null ? environment.without(variable) : environment.with(variable, value));
  }

  static Next goOnSubstituted(
      Invocation call, Bytes variable, Bytes value, List<Bytes> rest, Environment environment)
      throws CommandException {
    return ExeclineCommand.orDone(
        call, substituted(variable, value, rest), environment.without(variable));
  }

  /** The words with a variable's value in place of its name; it is nothing when it is unset. */
  static List<Bytes> substituted(Bytes variable, Bytes value, List<Bytes> words)
      throws CommandException {
    Substitution substitution = new Substitution();
    substitution.add(variable, value == null ? List.of() : List.of(value));
    return substitution.apply(words);
  }

  /** Whether {@code -E} stands, as against {@code -e}. */
  static boolean importsItself(Options options) {
    boolean imports = false;
    for (Options.Option option : options.list()) {
      if (option.letter() == 'E') {
        imports = true;
      } else if (option.letter() == 'e') {
        imports = false;
      }
    }
    return imports;
  }
}
