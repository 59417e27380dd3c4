package s6j.plugin.wire;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Lines as text, of which a service may have made anything. */
public final class Text {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  private static final int LONGEST_SHOWN = 200;

  private Text() {}

  /** Is it UTF-8, and nothing else? */
  public static boolean isUtf8(byte[] bytes) {
    ByteBuffer from = ByteBuffer.wrap(bytes);
    CharBuffer into = CharBuffer.allocate(Math.min(bytes.length, 4096) + 2);
    CharsetDecoder decoder = strict();
    while (true) {
      CoderResult result = decoder.decode(from, into, true);
      if (result.isError()) {
        return false;
      }
      if (result.isUnderflow()) {
        return true;
      }
      into.clear();
    }
  }

  /**
   * A line that is not UTF-8 as text from which it can be had back: each byte that belongs to no
   * character is {@code \xNN}, a backslash is two.
   */
  public static String escaped(byte[] bytes) {
    StringBuilder text = new StringBuilder(bytes.length + 16);
    ByteBuffer from = ByteBuffer.wrap(bytes);
    CharBuffer into = CharBuffer.allocate(4096);
    CharsetDecoder decoder = strict();
    while (true) {
      CoderResult result = decoder.decode(from, into, true);
      into.flip();
      appendWithBackslashes(text, into);
      into.clear();
      if (result.isUnderflow()) {
        return text.toString();
      }
      if (result.isError()) {
        for (int i = 0; i < result.length(); i++) {
          text.append("\\x");
          HEX.toHexDigits(text, from.get());
        }
        decoder.reset();
      }
    }
  }

  /**
   * A line in pieces of at most so many bytes: for receivers that refuse or cut longer ones. Where
   * there is a choice, a piece ends with a UTF-8 character.
   *
   * @return the line itself when it is not longer
   */
  public static List<byte[]> pieces(byte[] line, int most) {
    if (line.length <= most) {
      return List.of(line);
    }
    List<byte[]> pieces = new ArrayList<>();
    for (int from = 0; from < line.length; ) {
      int to = Math.min(line.length, from + most);
      int end = to;
      for (int back = 0; end < line.length && back < 4 && isContinuation(line[end]); back++) {
        end--;
      }
      if (end <= from || end < line.length && isContinuation(line[end])) {
        end = to;
      }
      pieces.add(java.util.Arrays.copyOfRange(line, from, end));
      from = end;
    }
    return pieces;
  }

  /**
   * What a receiver says, as a part of a message to people: one line of at most 200 characters, in
   * which blanks stand for those that would do something to a terminal or to other messages.
   */
  public static String shown(String said) {
    StringBuilder text = new StringBuilder(Math.min(said.length(), LONGEST_SHOWN));
    boolean gap = false;
    for (int i = 0; i < said.length() && text.length() <= LONGEST_SHOWN; i++) {
      char c = said.charAt(i);
      if (Character.isISOControl(c) || Character.isWhitespace(c)) {
        gap = !text.isEmpty();
      } else {
        text.append(gap ? " " : "").append(c);
        gap = false;
      }
    }
    return text.length() <= LONGEST_SHOWN
        ? text.toString()
        : text.substring(0, LONGEST_SHOWN) + "...";
  }

  private static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  private static void appendWithBackslashes(StringBuilder text, CharBuffer from) {
    while (from.hasRemaining()) {
      char c = from.get();
      text.append(c);
      if (c == '\\') {
        text.append(c);
      }
    }
  }

  private static CharsetDecoder strict() {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT);
  }
}
