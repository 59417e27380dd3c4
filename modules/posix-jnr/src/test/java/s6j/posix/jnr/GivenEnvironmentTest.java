package s6j.posix.jnr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;

class GivenEnvironmentTest {
  @Test
  void what_od_writes_is_read_byte_by_byte() {
    assertEquals(
        Bytes.of(new byte[] {'A', '=', (byte) 0xff, '\n', 0}),
        GivenEnvironment.decoded(Bytes.of(" 41 3d\n ff 0a 00\n")));
    assertEquals(Bytes.EMPTY, GivenEnvironment.decoded(Bytes.of("\n")));
  }

  @Test
  void what_is_not_hexadecimal_is_said() {
    for (String text : new String[] {"4", "zz", "41 3d \u00ff"}) {
      assertEquals(
          "an environment that is not hexadecimal",
          assertThrows(
                  IllegalArgumentException.class, () -> GivenEnvironment.decoded(Bytes.of(text)))
              .getMessage());
    }
  }
}
