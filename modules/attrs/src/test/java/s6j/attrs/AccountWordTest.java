package s6j.attrs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import s6j.env.Accounts;
import s6j.posix.Bytes;

/** Whom the account of a rule means, in an image where daemon is 2:2. */
class AccountWordTest {
  private static final Accounts ACCOUNTS =
      Accounts.of(
          Bytes.of("root:x:0:0:::\ndaemon:x:2:2:::\nmail:x:8:12:::\n"),
          Bytes.of("root:x:0:\ndaemon:x:2:\nstaff:x:50:mail\n"));

  private static AccountWord.Ids resolve(String word) throws Exception {
    return AccountWord.resolve(Bytes.of(word), () -> ACCOUNTS);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ' ',
      value = {
        "daemon 2 2",
        "daemon,3:4 2 2",
        "2:2,3:4 2 2",
        "daemon:11111,3:4 2 11111",
        "11111:daemon,3:4 11111 2",
        "daemon:daemon,3:4 2 2",
        "daemon:unexisting,3:4 2 4",
        "unexisting:daemon,3:4 3 2",
        "11111:11111,3:4 11111 11111",
      })
  void every_row_of_the_table_in_the_readme(String word, int uid, int gid) throws Exception {
    assertEquals(new AccountWord.Ids(uid, gid), resolve(word));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = ' ',
      value = {
        "nobody,32768:32768 32768 32768",
        "unexisting:unexisting,3:4 3 4",
        "daemon: 2 0",
        ":staff 0 50",
        "daemon:,3:4 2 4",
        ":staff,3:4 3 50",
        "nobody,3 3 0",
        "nobody,:4 0 4",
        "mail 8 12",
        "daemon:staff 2 50",
        "1000,3:4 3 4",
        "1000:1000 1000 1000",
      })
  void names_numbers_and_fallbacks_combine_as_in_the_original(String word, int uid, int gid)
      throws Exception {
    assertEquals(new AccountWord.Ids(uid, gid), resolve(word));
  }

  @Test
  void a_number_alone_is_a_user_id_with_the_primary_group_of_that_user() throws Exception {
    assertEquals(new AccountWord.Ids(8, 12), resolve("8"));
    assertEquals(new AccountWord.Ids(1000, 1000), resolve("1000"));
  }

  @Test
  void root_is_known_in_an_image_without_accounts() throws Exception {
    Accounts none = Accounts.of(Bytes.EMPTY, Bytes.EMPTY);
    assertEquals(new AccountWord.Ids(0, 0), AccountWord.resolve(Bytes.of("root"), () -> none));
    assertEquals(new AccountWord.Ids(0, 0), AccountWord.resolve(Bytes.of("root:root"), () -> none));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "mysql|unknown user: mysql",
        "daemon:mysql|unknown group: mysql",
        "mysql:daemon|unknown user: mysql",
        "4294967295|unknown user: 4294967295",
        "-1|unknown user: -1",
        "mysql,a:b|expected uid:gid in numbers after the comma, got \"a:b\"",
        "mysql,1:2:3|expected uid:gid in numbers after the comma, got \"1:2:3\"",
      })
  void who_is_not_known_and_has_no_fallback_is_an_error(String word, String message) {
    Exception e = assertThrows(AccountWord.UnknownAccount.class, () -> resolve(word));
    assertEquals(message, e.getMessage());
  }

  @Test
  void numbers_do_not_need_the_account_files() throws Exception {
    AccountWord.Source none =
        () -> {
          throw new AssertionError("the files were read");
        };
    assertEquals(new AccountWord.Ids(0, 5), AccountWord.resolve(Bytes.of("0:5"), none));
  }
}
