package s6j.env;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.List;
import org.junit.jupiter.api.Test;
import s6j.posix.Bytes;

/** What is read from /etc/passwd and /etc/group. */
class AccountsTest {
  private static Accounts accounts(String passwd, String group) {
    return Accounts.of(Bytes.of(passwd), Bytes.of(group));
  }

  private static Accounts.User user(String name, long uid, long gid) {
    return new Accounts.User(Bytes.of(name), (int) uid, (int) gid);
  }

  @Test
  void a_user_has_the_ids_of_the_first_line_with_its_name() {
    Accounts accounts = accounts("root:x:0:0::/root:/bin/sh\nd:x:2:3:::\nd:x:9:9:::\n", "");
    assertEquals(user("d", 2, 3), accounts.user(Bytes.of("d")));
    assertNull(accounts.user(Bytes.of("nosuch")));
    assertNull(accounts.user(Bytes.EMPTY));
  }

  @Test
  void a_user_is_found_by_its_id() {
    Accounts accounts = accounts("a:x:7:8:::\nb:x:7:9:::\n", "");
    assertEquals(user("a", 7, 8), accounts.userWithId(7));
    assertNull(accounts.userWithId(8));
  }

  @Test
  void nobody_is_the_user_of_that_name_or_32768() {
    assertEquals(user("nobody", 7, 8), accounts("nobody:x:7:8:::\n", "").nobody());
    assertEquals(user("nobody", 32768, 32768), accounts("a:x:7:8:::\n", "").nobody());
  }

  @Test
  void malformed_lines_are_passed_over() {
    Accounts accounts =
        accounts(
            "\n:x:1:1\nd\nd:x\nd:x:y:1:::\nd:x:1:\n+::::::\nd:x:-1:4\nd:x:5:6", "g\ng:x:z:\ng:x:8");
    assertEquals(user("d", 5, 6), accounts.user(Bytes.of("d")));
    assertEquals(8, accounts.group(Bytes.of("g")));
  }

  @Test
  void the_last_line_needs_no_newline_and_a_file_may_be_empty() {
    assertEquals(4, accounts("", "g:x:4:").group(Bytes.of("g")));
    assertEquals(Accounts.NONE, accounts("", "").group(Bytes.of("g")));
    assertEquals(List.of(), accounts("", "").supplementaryGroups(Bytes.of("g")));
  }

  @Test
  void supplementary_groups_are_those_that_list_the_user() {
    Accounts accounts = accounts("", "a:x:1:u\nb:x:2:v,u\nc:x:3:uu,vu\nd:x:4:\ne:x:2:u\nf:x:5");
    assertEquals(List.of(1, 2), accounts.supplementaryGroups(Bytes.of("u")));
    assertEquals(List.of(2), accounts.supplementaryGroups(Bytes.of("v")));
  }

  @Test
  void ids_are_unsigned_32_bit_numbers_and_minus_one_is_none() {
    assertEquals(4294967294L, Accounts.id(Bytes.of("4294967294")));
    assertEquals(
        user("big", 4294967294L, 1), accounts("big:x:4294967294:1:::", "").user(Bytes.of("big")));
    for (String bad : List.of("", "-1", "+1", "4294967295", "99999999999", "1 ", "0x1")) {
      assertEquals(Accounts.NONE, Accounts.id(Bytes.of(bad)), bad);
    }
  }

  @Test
  void names_need_not_be_utf_8() {
    byte[] line = {(byte) 0xff, ':', 'x', ':', '1', ':', '2', ':'};
    Accounts accounts = Accounts.of(Bytes.of(line), Bytes.EMPTY);
    assertEquals(2, accounts.user(Bytes.of(new byte[] {(byte) 0xff})).gid());
  }
}
