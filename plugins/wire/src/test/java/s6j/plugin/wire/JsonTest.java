package s6j.plugin.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import s6j.plugin.testing.StrictJson;

class JsonTest {
  @Test
  void objects_arrays_and_commas_are_where_they_belong() {
    Json json = new Json().object();
    json.member("a", "x").name("b").array().endArray();
    json.name("c").array().text("1").number("2").object().endObject().array().endArray().endArray();
    json.name("d").object().member("e", "y").endObject().endObject();
    assertEquals(
        "{\"a\":\"x\",\"b\":[],\"c\":[\"1\",2,{},[]],\"d\":{\"e\":\"y\"}}",
        new String(json.bytes(), StandardCharsets.UTF_8));
  }

  @Test
  void every_character_comes_back_from_a_parser() {
    StringBuilder all = new StringBuilder();
    for (int c = 0; c < 0x3000; c++) {
      all.append((char) c);
    }
    all.append("\ud83d\ude00\uffff");
    byte[] bytes = new Json().array().text(all.toString()).endArray().bytes();
    assertEquals(all.toString(), StrictJson.read(bytes).get(0).textValue());
  }

  @Test
  void names_are_escaped_too() {
    byte[] bytes = new Json().object().member("a\"\n", "").endObject().bytes();
    assertEquals("", StrictJson.read(bytes).get("a\"\n").textValue());
  }
}
