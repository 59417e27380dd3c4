package s6j.testing.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static s6j.posix.CallList.bytes;
import static s6j.posix.CallList.cellWith;
import static s6j.posix.CallList.expected;
import static s6j.posix.CallList.inOut;
import static s6j.posix.CallList.message;
import static s6j.posix.CallList.messageOut;
import static s6j.posix.CallList.number;
import static s6j.posix.CallList.out;
import static s6j.posix.CallList.outUpToResult;
import static s6j.posix.CallList.resultOf;
import static s6j.posix.CallList.string;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import s6j.posix.Ancillary;
import s6j.posix.Arch;
import s6j.posix.Bytes;
import s6j.posix.Call;
import s6j.posix.CallList;
import s6j.posix.Environment;
import s6j.posix.Errno;
import s6j.posix.OpenFlags;
import s6j.posix.Posix;
import s6j.posix.PosixException;
import s6j.posix.Results;
import s6j.posix.Signal;
import s6j.posix.SpawnPlan;
import s6j.posix.SpawnPlan.Session;
import s6j.posix.Stat;
import s6j.posix.Syscall;
import s6j.posix.WaitStatus;
import s6j.testing.CommandRunner.Outcome;

/**
 * What a process does for us, whichever provider makes the calls. What a child is started with the
 * child itself says. Needs root, as the container's init has it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class PosixContract {
  private static final int RLIMIT_NOFILE = 7;
  private static final int POLLOUT = 4;
  private static final int SOCK_CLOEXEC = OpenFlags.CLOEXEC;
  private static final int MSG_CMSG_CLOEXEC = 0x40000000;

  /** 32 to 34 are the C library's own, and it ignores them where it likes. */
  private static final long INTERNAL_SIGNALS = 7L << 31;

  private static final Environment ENVIRONMENT =
      Environment.EMPTY.with("PATH", "/usr/bin:/bin:/usr/sbin:/sbin");

  @TempDir Path directory;

  /** For those who extend it. */
  protected PosixContract() {}

  /** The process, the same one for all tests. */
  protected abstract Posix posix();

  /** Waits for a child of the process. */
  protected abstract WaitStatus await(int pid) throws Exception;

  /**
   * Has a new process do what its scenario says; its arguments are a name, "one" and "two", and its
   * environment holds CONTRACT=given.
   */
  protected abstract Outcome outcomeOf(Scenario scenario) throws Exception;

  // Calls

  @Test
  void results_of_earlier_calls_are_arguments_of_later_ones() throws Exception {
    CallList calls = new CallList();
    int fd =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path("file")),
            number(OpenFlags.RDWR | OpenFlags.CREAT),
            number(0600));
    int written = calls.add(Syscall.WRITE, resultOf(fd), bytes(latin1("contract")), number(8));
    calls.add(Syscall.LSEEK, resultOf(fd), number(3), number(0));
    int read = calls.add(Syscall.READ, resultOf(fd), outUpToResult(100), resultOf(written));
    calls.add(Syscall.CLOSE, resultOf(fd));
    Results results = posix().call(calls);
    assertEquals(8, results.value(written));
    assertEquals("tract", text(results.buffer(read)));
    assertEquals("contract", Files.readString(directory.resolve("file")));
  }

  @Test
  void a_list_stops_at_its_first_failure_and_says_where() throws Exception {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path("before")), number(0700));
    calls.add(Syscall.CHDIR, string(path("missing")));
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path("after")), number(0700));
    PosixException failure = assertThrows(PosixException.class, () -> posix().call(calls));
    assertEquals(Errno.ENOENT, failure.errno());
    assertEquals(1, failure.index());
    assertTrue(Files.exists(directory.resolve("before")));
    assertFalse(Files.exists(directory.resolve("after")));
  }

  @Test
  void a_call_that_may_fail_tells_why_and_the_list_goes_on() throws Exception {
    CallList calls = new CallList();
    calls.attempt(Syscall.CLOSE, number(-1));
    int read = calls.attempt(Syscall.READ, number(-1), outUpToResult(10), number(10));
    int pid = calls.add(Syscall.GETPID);
    Results results = posix().call(calls);
    assertEquals(Errno.EBADF, results.errno(0));
    assertEquals(0, results.buffer(read).length);
    assertEquals(posix().info().pid(), results.value(pid));
  }

  @Test
  void a_call_that_leaves_something_else_than_is_expected_stops_its_list() throws Exception {
    Files.writeString(directory.resolve("known"), "abc");
    for (String wanted : List.of("abc", "abd", "ab", "abcd", "")) {
      CallList calls = new CallList();
      int fd = open(calls, path("known"));
      int read = calls.add(Syscall.READ, resultOf(fd), expected(latin1(wanted), 10), number(10));
      calls.add(Syscall.CLOSE, resultOf(fd));
      calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path("made")), number(0700));
      if (wanted.equals("abc")) {
        assertEquals(3, posix().call(calls).value(read));
        assertTrue(Files.deleteIfExists(directory.resolve("made")));
      } else {
        PosixException e = assertThrows(PosixException.class, () -> posix().call(calls));
        assertEquals(read, e.index());
        assertFalse(Files.exists(directory.resolve("made")));
      }
    }
  }

  @Test
  void what_is_expected_of_a_call_does_not_hide_why_it_failed() {
    CallList calls = new CallList();
    calls.add(Syscall.READ, number(9999), expected(latin1("abc"), 10), number(10));
    PosixException e = assertThrows(PosixException.class, () -> posix().call(calls));
    assertEquals(Errno.EBADF, e.errno());
  }

  private static int open(CallList calls, Bytes path) {
    int flags = OpenFlags.RDONLY | OpenFlags.CLOEXEC;
    return calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string(path), number(flags));
  }

  @Test
  void an_output_buffer_comes_back_whole() throws Exception {
    Files.writeString(directory.resolve("stat"), "12345");
    CallList calls = new CallList();
    int stat =
        calls.add(
            Syscall.STATX,
            number(CallList.AT_FDCWD),
            string(path("stat")),
            number(0),
            number(Stat.MASK),
            out(Stat.SIZE));
    byte[] statx = posix().call(calls).buffer(stat);
    assertEquals(Stat.SIZE, statx.length);
    assertEquals(5, Stat.of(statx).size());
    assertTrue(Stat.of(statx).isRegular());
  }

  @Test
  void a_cell_holds_an_earlier_result_as_an_int() throws Exception {
    CallList calls = new CallList();
    int pid = calls.add(Syscall.GETPID);
    int fd = create(calls, path("cell"), 0600);
    calls.add(Syscall.WRITE, resultOf(fd), cellWith(pid), number(4));
    calls.add(Syscall.CLOSE, resultOf(fd));
    posix().call(calls);
    byte[] cell = Files.readAllBytes(directory.resolve("cell"));
    assertEquals(
        posix().info().pid(), ByteBuffer.wrap(cell).order(ByteOrder.nativeOrder()).getInt());
  }

  @Test
  void bytes_that_a_call_changes_come_back_changed() throws Exception {
    int fd = opened("polled");
    ByteBuffer polled = ByteBuffer.allocate(8).order(ByteOrder.nativeOrder());
    polled.putInt(0, fd).putShort(4, (short) POLLOUT);
    CallList calls = new CallList();
    calls.add(Syscall.PPOLL, inOut(polled.array()), number(1), number(0), number(0), number(8));
    byte[] after = posix().call(calls).buffer(0);
    assertEquals(fd, ByteBuffer.wrap(after).order(ByteOrder.nativeOrder()).getInt(0));
    assertEquals(POLLOUT, ByteBuffer.wrap(after).order(ByteOrder.nativeOrder()).getShort(6));
  }

  @Test
  void a_message_carries_descriptors() throws Exception {
    Arch arch = posix().info().arch();
    CallList calls = new CallList();
    byte[] address = new byte[110];
    ByteBuffer.wrap(address).order(ByteOrder.nativeOrder()).putShort((short) 1);
    path("messages").copyInto(address, 2);
    int server = calls.add(Syscall.SOCKET, number(1), number(SOCK_CLOEXEC | 1), number(0));
    calls.add(Syscall.BIND, resultOf(server), bytes(address), number(110));
    calls.add(Syscall.LISTEN, resultOf(server), number(1));
    int client = calls.add(Syscall.SOCKET, number(1), number(SOCK_CLOEXEC | 1), number(0));
    calls.add(Syscall.CONNECT, resultOf(client), bytes(address), number(110));
    byte[] size = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(110).array();
    int end =
        calls.add(Syscall.ACCEPT4, resultOf(server), out(110), inOut(size), number(SOCK_CLOEXEC));
    calls.add(
        Syscall.SENDMSG,
        resultOf(client),
        message(latin1("two files"), Ancillary.rights(arch, List.of(opened("a"), opened("b")))),
        number(0));
    int received =
        calls.add(
            Syscall.RECVMSG,
            resultOf(end),
            messageOut(100, Ancillary.space(arch, 8)),
            number(MSG_CMSG_CLOEXEC));
    calls.add(Syscall.SENDMSG, resultOf(end), message(latin1("none"), new byte[0]), number(0));
    int answer = calls.add(Syscall.RECVMSG, resultOf(client), messageOut(3, 0), number(0));
    for (int socket : new int[] {server, client, end}) {
      calls.add(Syscall.CLOSE, resultOf(socket));
    }
    Results results = posix().call(calls);
    assertEquals("two files", text(results.buffer(received, 1)));
    List<Integer> fds = Ancillary.rights(arch, results.buffer(received, 0));
    assertEquals(2, fds.size());
    assertEquals("non", text(results.buffer(answer, 1)));
    CallList writing = new CallList();
    writing.add(Syscall.WRITE, number(fds.get(1)), bytes(latin1("through")), number(7));
    writing.add(Syscall.CLOSE, number(fds.get(0)));
    writing.add(Syscall.CLOSE, number(fds.get(1)));
    posix().call(writing);
    assertEquals("through", Files.readString(directory.resolve("b")));
  }

  @Test
  void a_megabyte_goes_out_and_comes_back() throws Exception {
    byte[] much = new byte[1 << 20];
    new java.util.Random(1).nextBytes(much);
    CallList calls = new CallList();
    int fd =
        calls.add(
            Syscall.OPENAT,
            number(CallList.AT_FDCWD),
            string(path("much")),
            number(OpenFlags.RDWR | OpenFlags.CREAT),
            number(0600));
    calls.add(Syscall.WRITE, resultOf(fd), bytes(much), number(much.length));
    calls.add(Syscall.LSEEK, resultOf(fd), number(0), number(0));
    int read = calls.add(Syscall.READ, resultOf(fd), outUpToResult(much.length), number(1 << 20));
    calls.add(Syscall.CLOSE, resultOf(fd));
    assertArrayEquals(much, posix().call(calls).buffer(read));
  }

  @Test
  void the_lists_of_many_threads_do_not_mix() throws Exception {
    CallList opening = new CallList();
    int flags = OpenFlags.RDWR | OpenFlags.CREAT | OpenFlags.CLOEXEC;
    opening.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(path("shared")),
        number(flags),
        number(0600));
    int fd = posix().call(opening).fd(0);
    Callable<Boolean> writer =
        () -> {
          byte[] own = latin1(Thread.currentThread().toString());
          for (int i = 0; i < 50; i++) {
            CallList calls = new CallList();
            calls.add(Syscall.LSEEK, number(fd), number(0), number(0));
            calls.add(Syscall.WRITE, number(fd), bytes(own), number(own.length));
            calls.add(Syscall.LSEEK, number(fd), number(0), number(0));
            calls.add(Syscall.READ, number(fd), outUpToResult(own.length), number(own.length));
            assertArrayEquals(own, posix().call(calls).buffer(3));
          }
          return true;
        };
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Boolean>> all = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        all.add(threads.submit(writer));
      }
      for (Future<Boolean> one : all) {
        assertTrue(one.get());
      }
    }
    new s6j.posix.Files(posix()).close(fd);
  }

  // Children

  @Test
  void a_child_gets_its_arguments_and_exactly_its_environment_byte_by_byte() throws Exception {
    Bytes odd = Bytes.of(new byte[] {(byte) 0xff, 'x', (byte) 0x80, 1});
    List<Bytes> words =
        new ArrayList<>(Bytes.listOf("sh", "-c", "printf %s\\| \"$@\"; env -0", "n"));
    words.add(odd);
    words.add(Bytes.EMPTY);
    Environment environment = ENVIRONMENT.with("ODD", odd);
    SpawnPlan plan = SpawnPlan.of(Bytes.of("/bin/sh"), words, environment);
    String said = said(plan);
    String latin = odd.latin1();
    assertTrue(said.startsWith(latin + "||"), said);
    assertTrue(said.contains("ODD=" + latin + "\0"), said);
    assertFalse(said.contains("CONTRACT"), said);
  }

  @Test
  void a_child_has_the_umask_of_its_plan_and_the_process_keeps_its_own() throws Exception {
    String before = said(shell("umask"));
    assertEquals("0027\n", said(shell("umask").withUmask(027)));
    assertEquals(before, said(shell("umask")));
  }

  @Test
  void a_child_starts_in_the_directory_of_its_plan() throws Exception {
    Bytes elsewhere = path("a directory");
    Files.createDirectory(directory.resolve("a directory"));
    String before = said(shell("pwd"));
    assertEquals(elsewhere + "\n", said(shell("pwd").inDirectory(elsewhere)));
    assertEquals(before, said(shell("pwd")));
  }

  @Test
  void a_directory_is_entered_with_the_rights_of_the_process() throws Exception {
    Files.createDirectory(directory.resolve("private"));
    Files.setPosixFilePermissions(
        directory.resolve("private"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
    SpawnPlan plan = shell("id -u").as(new SpawnPlan.Identity(1234, 4321, List.of()));
    assertEquals("1234\n", said(plan.inDirectory(path("private"))));
  }

  @Test
  void copies_may_exchange_descriptors() throws Exception {
    int first = opened("first");
    int second = opened("second");
    SpawnPlan plan =
        shell("echo to-first >/proc/self/fd/" + first + "; echo to-second >/proc/self/fd/" + second)
            .withDescriptors(
                List.of(new SpawnPlan.Copy(first, second), new SpawnPlan.Copy(second, first)));
    assertEquals(0, await(posix().spawn(plan)).exitCode());
    assertEquals("to-second\n", Files.readString(directory.resolve("first")));
    assertEquals("to-first\n", Files.readString(directory.resolve("second")));
    new s6j.posix.Files(posix()).close(first);
    new s6j.posix.Files(posix()).close(second);
  }

  @Test
  void a_copy_of_itself_is_inherited_though_it_is_close_on_exec() throws Exception {
    int fd = opened("self");
    SpawnPlan plan =
        shell("echo kept >/proc/self/fd/" + fd)
            .withDescriptors(List.of(new SpawnPlan.Copy(fd, fd)));
    assertEquals(0, await(posix().spawn(plan)).exitCode());
    assertEquals("kept\n", Files.readString(directory.resolve("self")));
    new s6j.posix.Files(posix()).close(fd);
  }

  @Test
  void files_are_opened_for_the_child_with_their_flags_and_mode() throws Exception {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.EXCL;
    SpawnPlan plan =
        shell("echo hello >&7; cat")
            .withDescriptors(
                List.of(
                    new SpawnPlan.Open(0, Bytes.of("/proc/version"), 0, 0),
                    new SpawnPlan.Open(7, path("opened"), flags, 0600)));
    assertTrue(said(plan).startsWith("Linux version"));
    assertEquals("hello\n", Files.readString(directory.resolve("opened")));
    assertEquals(Errno.EEXIST, failureOf(plan));
  }

  @Test
  void closed_is_closed_and_what_is_close_on_exec_is_not_inherited() throws Exception {
    CallList calls = new CallList();
    calls.add(Syscall.OPENAT, number(CallList.AT_FDCWD), string("/"), number(OpenFlags.RDONLY));
    int inherited = posix().call(calls).fd(0);
    int other = opened("other");
    List<String> before = descriptors(List.of());
    assertTrue(before.contains(Integer.toString(inherited)));
    assertFalse(before.contains(Integer.toString(other)));
    List<String> after =
        descriptors(List.of(new SpawnPlan.Closed(0), new SpawnPlan.Closed(inherited)));
    assertFalse(after.contains(Integer.toString(inherited)));
    assertFalse(after.contains("0"));
    assertEquals(
        List.of("1", "2"),
        after.stream().filter(fd -> fd.length() == 1 && fd.compareTo("3") < 0).toList());
    new s6j.posix.Files(posix()).close(inherited);
    new s6j.posix.Files(posix()).close(other);
  }

  @Test
  void a_child_has_nothing_open_that_nobody_has_opened_for_it() throws Exception {
    assertEquals("0\n1\n2\n", outcomeOf(Scenario.LISTS_A_CHILDS_DESCRIPTORS).stdout());
  }

  @Test
  void a_new_session_is_led_by_the_child() throws Exception {
    String script = "cut -d' ' -f1,5,6 /proc/$$/stat";
    String[] own = said(shell(script).withSession(Session.NEW)).trim().split(" ");
    assertEquals(own[0], own[1]);
    assertEquals(own[0], own[2]);
    String[] same = said(shell(script)).trim().split(" ");
    assertNotEquals(same[0], same[2]);
  }

  @Test
  void a_new_group_is_led_by_the_child_in_the_same_session() throws Exception {
    String script = "cut -d' ' -f1,5,6 /proc/$$/stat";
    String[] own = said(shell(script).withSession(Session.NEW_GROUP)).trim().split(" ");
    assertEquals(own[0], own[1]);
    assertEquals(said(shell(script)).trim().split(" ")[2], own[2]);
  }

  @Test
  void one_child_is_pid_1_of_a_new_namespace_and_the_next_is_not() throws Exception {
    String script = "echo $$; readlink /proc/self/ns/pid";
    String[] apart = said(shell(script).inNewPidNamespace()).split("\n");
    String[] next = said(shell(script)).split("\n");
    assertEquals("1", apart[0]);
    assertNotEquals("1", next[0]);
    assertNotEquals(apart[1], next[1]);
    assertThrows(
        PosixException.class,
        () -> posix().spawn(shell("").inNewPidNamespace().inDirectory(path("none"))));
    assertEquals(next[1], said(shell(script)).split("\n")[1]);
  }

  @Test
  void a_new_session_gets_its_free_terminal() throws Exception {
    Bytes terminal = Terminal.open(posix());
    String script = "cut -d' ' -f7 /proc/$$/stat; (: </dev/tty) 2>/dev/null && echo has-tty; true";
    SpawnPlan plan =
        shell(script)
            .withDescriptors(
                List.of(new SpawnPlan.Open(0, terminal, OpenFlags.RDWR | OpenFlags.NOCTTY, 0)));
    String[] with = said(plan.withSession(Session.NEW_WITH_TERMINAL)).split("\n");
    assertNotEquals("0", with[0]);
    assertEquals("has-tty", with[1]);
    assertEquals("0", said(plan.withSession(Session.NEW)).split("\n")[0]);
  }

  @Test
  void a_new_session_without_a_terminal_does_without() throws Exception {
    String script = "cut -d' ' -f7 /proc/$$/stat";
    assertEquals("0\n", said(shell(script).withSession(Session.NEW_WITH_TERMINAL)));
  }

  @Test
  void a_foreground_group_without_a_terminal_is_a_group() throws Exception {
    String[] ids =
        said(shell("cut -d' ' -f1,5 /proc/$$/stat").withSession(Session.FOREGROUND_GROUP))
            .trim()
            .split(" ");
    assertEquals(ids[0], ids[1]);
  }

  @Test
  void a_child_runs_as_its_identity_and_the_process_stays_who_it_is() throws Exception {
    SpawnPlan.Identity identity = new SpawnPlan.Identity(1234, 4321, List.of(11, 12));
    String said =
        said(shell("id -G; grep -E '^(Uid|Gid)' /proc/self/status | tr '\\t' ' '").as(identity));
    assertEquals("4321 11 12\nUid: 1234 1234 1234 1234\nGid: 4321 4321 4321 4321\n", said);
    CallList calls = new CallList();
    calls.add(Syscall.GETEUID);
    calls.add(Syscall.GETGID);
    Results results = posix().call(calls);
    assertEquals(0, results.value(0));
    assertEquals(0, results.value(1));
  }

  @Test
  void limits_are_the_childs_alone_also_for_another_identity() throws Exception {
    String script = "ulimit -Sn; ulimit -Hn";
    String before = said(shell(script));
    SpawnPlan limited =
        shell(script).withLimits(List.of(new SpawnPlan.Limit(RLIMIT_NOFILE, 50, 60)));
    assertEquals("50\n60\n", said(limited));
    assertEquals("50\n60\n", said(limited.as(new SpawnPlan.Identity(1234, 4321, List.of()))));
    assertEquals(before, said(shell(script)));
  }

  @Test
  void unlimited_is_unlimited() throws Exception {
    SpawnPlan plan = shell("ulimit -Sc").withLimits(List.of(new SpawnPlan.Limit(4, -1, -1)));
    assertEquals("unlimited\n", said(plan));
  }

  @Test
  void a_limit_that_cannot_be_set_is_a_failed_spawn() {
    SpawnPlan plan =
        shell("echo no").withLimits(List.of(new SpawnPlan.Limit(RLIMIT_NOFILE, 60, 50)));
    assertEquals(Errno.EINVAL, failureOf(plan));
  }

  @Test
  void a_spawn_that_fails_at_its_limits_or_before_leaves_no_one_waiting() {
    SpawnPlan limited = shell("").withLimits(List.of(new SpawnPlan.Limit(RLIMIT_NOFILE, 50, 60)));
    assertEquals(Errno.ENOENT, failureOf(limited.inDirectory(path("missing"))));
    SpawnPlan missing =
        SpawnPlan.of(path("missing"), Bytes.listOf("missing"), ENVIRONMENT)
            .withLimits(limited.limits());
    assertEquals(Errno.ENOENT, failureOf(missing));
  }

  @Test
  void signals_have_their_defaults_and_none_is_blocked() throws Exception {
    SpawnPlan plan =
        SpawnPlan.of(Bytes.of("/bin/cat"), Bytes.listOf("cat", "/proc/self/status"), ENVIRONMENT);
    for (String line : said(plan).split("\n")) {
      if (line.startsWith("SigBlk:") || line.startsWith("SigIgn:") || line.startsWith("SigCgt:")) {
        long set = Long.parseUnsignedLong(line.substring(8), 16);
        assertEquals(0, set & ~INTERNAL_SIGNALS, line);
      }
    }
  }

  @Test
  void a_child_that_cannot_be_started_is_a_failure_with_the_reason_of_execve() throws Exception {
    Files.writeString(directory.resolve("garbage"), "neither script nor binary");
    Files.setPosixFilePermissions(
        directory.resolve("garbage"),
        java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(directory.resolve("data"), "#!/bin/sh");
    assertEquals(Errno.ENOENT, failureOf(program("missing")));
    assertEquals(Errno.EACCES, failureOf(program("data")));
    assertEquals(Errno.ENOEXEC, failureOf(program("garbage")));
    assertEquals(Errno.ENOENT, failureOf(shell("").inDirectory(path("missing"))));
    assertEquals(
        Errno.EBADF, failureOf(shell("").withDescriptors(List.of(new SpawnPlan.Copy(5, 9999)))));
    assertEquals(
        Errno.ENOENT,
        failureOf(
            shell("").withDescriptors(List.of(new SpawnPlan.Open(5, path("missing"), 0, 0)))));
  }

  @Test
  void a_child_that_could_not_be_started_leaves_nothing_to_wait_for() throws Exception {
    assertEquals(Errno.ENOENT, failureOf(program("missing")));
    CallList calls = new CallList();
    calls.attempt(Syscall.WAIT4, number(-1), out(4), number(1), number(0));
    Results results = posix().call(calls);
    assertTrue(results.value(0) <= 0, "reaped " + results.value(0));
  }

  @Test
  void the_end_of_a_child_is_its_code_or_its_signal() throws Exception {
    assertEquals(WaitStatus.exited(7), await(posix().spawn(shell("exit 7"))));
    assertEquals(WaitStatus.exited(0), await(posix().spawn(shell(":"))));
    WaitStatus killed = await(posix().spawn(shell("kill -KILL $$")));
    assertEquals(Signal.KILL.number(), killed.signal());
    WaitStatus terminated = await(posix().spawn(shell("kill -TERM $$; sleep 100")));
    assertEquals(WaitStatus.killedBy(Signal.TERM.number()), terminated);
  }

  @Test
  void fork_fails_cleanly_where_there_can_be_none() {
    if (!posix().canFork()) {
      PosixException failure = assertThrows(PosixException.class, () -> posix().fork());
      assertEquals(Errno.ENOSYS, failure.errno());
    }
  }

  // The end of the process

  @Test
  void a_process_becomes_the_program_it_executes() throws Exception {
    Outcome outcome = outcomeOf(Scenario.BECOMES_A_PROGRAM);
    assertEquals("/usr\n0027\ngiven", outcome.stdout());
    assertEquals(6, outcome.code());
    assertEquals("", outcome.stderr());
  }

  @Test
  void a_process_can_hand_on_its_own_arguments() throws Exception {
    assertEquals("two\n", outcomeOf(Scenario.BECOMES_ITS_ARGUMENTS).stdout());
  }

  @Test
  void an_identity_given_in_one_list_is_that_of_the_program_executed_in_the_next()
      throws Exception {
    assertEquals("1234\n4321\n1\n", outcomeOf(Scenario.BECOMES_SOMEONE_ELSE).stdout());
  }

  @Test
  void a_process_outlives_an_execve_that_fails() throws Exception {
    Outcome outcome = outcomeOf(Scenario.SURVIVES_A_FAILED_EXECVE);
    assertEquals("No such file or directory\n", outcome.stdout());
  }

  @Test
  void only_what_is_to_be_inherited_is_open_after_execve() throws Exception {
    Outcome outcome = outcomeOf(Scenario.KEEPS_DESCRIPTORS_ACROSS_EXECVE);
    assertEquals("0\n1\n2\n77\nSigBlk:\t0000000000000000\n", outcome.stdout());
  }

  @Test
  void a_foreground_child_has_the_terminal() throws Exception {
    Outcome outcome = outcomeOf(Scenario.RUNS_A_FOREGROUND_CHILD);
    String[] ids = outcome.stdout().trim().split(" ");
    assertEquals(3, ids.length, outcome.toString());
    assertEquals(ids[0], ids[1]);
    assertEquals(ids[0], ids[2]);
    assertEquals(0, outcome.code());
  }

  @Test
  void children_start_with_what_calls_have_changed() throws Exception {
    Outcome outcome = outcomeOf(Scenario.PASSES_ON_WHAT_CALLS_CHANGED);
    assertEquals("/usr\n0123\n1234\n4321\n", outcome.stdout());
  }

  @Test
  void exit_ends_the_process_with_its_code() throws Exception {
    assertEquals(42, outcomeOf(Scenario.EXITS).code());
  }

  // What the tests are written with

  /** A shell script as a child. */
  protected final SpawnPlan shell(String script) {
    return SpawnPlan.of(Bytes.of("/bin/sh"), Bytes.listOf("sh", "-c", script), ENVIRONMENT);
  }

  private SpawnPlan program(String name) {
    return SpawnPlan.of(path(name), Bytes.listOf(name), ENVIRONMENT);
  }

  /** A path in the directory of the test. */
  protected final Bytes path(String name) {
    return Bytes.of(directory.resolve(name).toString());
  }

  /** What a child writes to its stdout, as Latin-1; it must succeed. */
  protected final String said(SpawnPlan plan) throws Exception {
    Path file = Files.createTempFile(directory, "said", "");
    List<SpawnPlan.Descriptor> descriptors = new ArrayList<>(plan.descriptors());
    int flags = OpenFlags.WRONLY | OpenFlags.TRUNC;
    descriptors.add(new SpawnPlan.Open(1, Bytes.of(file.toString()), flags, 0));
    WaitStatus status = await(posix().spawn(plan.withDescriptors(descriptors)));
    String said = Files.readString(file, StandardCharsets.ISO_8859_1);
    assertEquals(0, status.shellCode(), said);
    return said;
  }

  private List<String> descriptors(List<SpawnPlan.Descriptor> plan) throws Exception {
    return said(shell("ls /proc/$$/fd").withDescriptors(plan)).lines().toList();
  }

  private Errno failureOf(SpawnPlan plan) {
    return assertThrows(PosixException.class, () -> posix().spawn(plan)).errno();
  }

  /** Opens a new file, close-on-exec, in the process. */
  private int opened(String name) throws PosixException {
    CallList calls = new CallList();
    create(calls, path(name), 0600);
    return posix().call(calls).fd(0);
  }

  private static int create(CallList calls, Bytes path, int mode) {
    int flags = OpenFlags.WRONLY | OpenFlags.CREAT | OpenFlags.CLOEXEC;
    return calls.add(
        Syscall.OPENAT,
        number(CallList.AT_FDCWD),
        string(path),
        number(flags),
        new Call.Immediate(mode));
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
