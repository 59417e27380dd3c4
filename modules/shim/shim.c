/*
 * The shim: PID 1 and every command on PATH, by its name in argv[0].
 *
 * It holds no policy. It starts the JVM (as /init) or connects to it (under any other name), tells it who it is, and
 * then makes the system calls that the JVM asks for, in its own process, until one of them is execve or exit_group.
 * modules/shim/PROTOCOL.md is the wire format; modules/posix speaks the other side of it.
 *
 * What must never happen: as PID 1, to die of input, to block anywhere but in poll, to allocate after start; as a
 * command, to obey a server that is neither root nor ourselves, to follow a frame further than its length.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef S6J_HOME
#define S6J_HOME "/usr/lib/s6j"
#endif
#define RUNTIME S6J_HOME "/runtime"
#define LOADER RUNTIME "/bin/s6j-init"
#define COMMANDS "/command"

#if defined(__x86_64__)
#define ARCH 0
#define ARCH_NAME "amd64"
#elif defined(__aarch64__)
#define ARCH 1
#define ARCH_NAME "arm64"
#elif defined(__arm__)
#define ARCH 2
#define ARCH_NAME "arm/v7"
#elif defined(__powerpc64__)
#define ARCH 3
#define ARCH_NAME "ppc64le"
#elif defined(__s390x__)
#define ARCH 4
#define ARCH_NAME "s390x"
#elif defined(__riscv)
#define ARCH 5
#define ARCH_NAME "riscv64"
#else
#error "no system call table for this architecture in modules/posix"
#endif

enum { PROTOCOL = 1 };
enum { KIND_INIT, KIND_COMMAND, KIND_FORK };
enum { OP_CALLS = 1, OP_SPAWN, OP_FORK, OP_WATCH, OP_UNWATCH, OP_ACK, OP_FINISH, OP_ALIVE, OP_HOLD, OP_HANDLED, OP_RUN, OP_CALLS_UNHEARD };
enum { ARG_IMM, ARG_IN, ARG_OUT, ARG_OUTR, ARG_VEC, ARG_RES, ARG_ENVP, ARG_ARGV, ARG_CELL, ARG_INOUT, ARG_MSG, ARG_MSGO, ARG_AGAIN, ARG_EXPECTED };
enum { CALL_MAY_FAIL = 1, CALL_MAY_BE_ABSENT = 2, CALL_WHOLE = 4 };
enum { HELLO_PID1 = 1 };
enum { FINISH_KILL = 1, FINISH_SYNC = 2 };

enum { FRAME_MAX = 16 << 20, POINTERS_MAX = 8 << 20, REPLY_MAX = 4 << 20, DATA_MAX = 64 << 10 };
enum { CHILDREN_MAX = 8192, HELD_MAX = 8192, KEPT_MAX = 1024, SPAWNS_MAX = 256, CALLS_MAX = 65535, ARGS_MAX = 6 };
enum { STARTS_MAX = 5, STARTS_WINDOW_MS = 30000, ANSWER_MS = 5000, LAST_TERM_MS = 3000, WAKE_MS = 10000, SETTLE_MS = 200, TRIES_MAX = 3 };
enum { FILES_MAX = 32768 };
enum { EXIT_SYSTEM = 111, PATH_BUFFER = 4096 };

/*
 * What is large is on pages of its own and apart from what is small: a command that does little, and waits, touches few
 * pages.
 */
#define LARGE static __attribute__((section(".bss.large"), aligned(4096)))

/* The last holds pointers. Pages of these are given back. */
LARGE unsigned char in[FRAME_MAX];
LARGE unsigned char out[REPLY_MAX + DATA_MAX];
LARGE unsigned char pointers[POINTERS_MAX];
static size_t in_len, out_len, out_sent;

/* FAILED: it could not be started, which is told already; its death is nobody's concern. */
/* What must outlive the JVM, each with a tag that means something to it: children, and descriptors. */
LARGE struct child { pid_t pid; int status; uint64_t tag; enum { FREE, RUNNING, FAILED, EXITED, REPORTED } state; } children[CHILDREN_MAX];
static int children_top;
LARGE struct held { int fd; uint64_t tag; size_t kept; uint64_t told; } held[HELD_MAX];
static int held_top;
/* What was read from a descriptor as init and told, until the JVM has dealt with it: a JVM that has died has not. */
LARGE unsigned char kept[HELD_MAX][KEPT_MAX];
/* Signals and data are told in frames that are counted; of those up to `told` the JVM says how many it has dealt with. */
static uint64_t told;
static struct spawn { pid_t pid; int fd; uint32_t id; } spawns[SPAWNS_MAX];
static struct { uint32_t count; int32_t pid; uint32_t uid; uint64_t told; } signals[65];
static int spawns_pending;
static uint64_t orphans, served;

static const char *program = "s6j";
static char **own_argv, **own_envp;
static int own_argc;
static int is_init;
static int sock = -1, watches = -1, signal_fd = -1, high_fd = 100;
static pid_t jvm;
static uint32_t generation;
static sigset_t first_mask;
static uint64_t first_ignored;
static int64_t answer_by = -1;
static int unanswered;

static int64_t now_ms(void) {
  struct timespec t;
  if (clock_gettime(CLOCK_MONOTONIC, &t) < 0) return 0;
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void say(const char *level, const char *what, const char *why) {
  char line[1024];
  int n = snprintf(line, sizeof line, "%s: %s: %s%s%s\n", program, level, what, why ? ": " : "", why ? why : "");
  if (n < 0) return;
  size_t length = (size_t)n < sizeof line ? (size_t)n : sizeof line - 1;
  /* Nowhere is left to report that stderr cannot be written to. */
  ssize_t ignored = write(2, line, length);
  (void)ignored;
}

static _Noreturn void die(const char *what, int error) {
  say("fatal", what, error ? strerror(error) : NULL);
  _exit(EXIT_SYSTEM);
}

/* ---- reading a frame: a cursor that cannot leave it ---- */

struct cursor { unsigned char *at, *end; int bad; };

static void take(struct cursor *c, void *to, size_t n) {
  if (c->bad || (size_t)(c->end - c->at) < n) {
    c->bad = 1;
    memset(to, 0, n);
    return;
  }
  memcpy(to, c->at, n);
  c->at += n;
}
static uint8_t take8(struct cursor *c) { uint8_t v; take(c, &v, sizeof v); return v; }
static uint16_t take16(struct cursor *c) { uint16_t v; take(c, &v, sizeof v); return v; }
static uint32_t take32(struct cursor *c) { uint32_t v; take(c, &v, sizeof v); return v; }
static int64_t take64(struct cursor *c) { int64_t v; take(c, &v, sizeof v); return v; }

static unsigned char *take_bytes(struct cursor *c, uint32_t n) {
  if (c->bad || (size_t)(c->end - c->at) < n) {
    c->bad = 1;
    return NULL;
  }
  unsigned char *bytes = c->at;
  c->at += n;
  return bytes;
}

/* ---- writing frames into the one output buffer; begin() to end() is a frame ---- */

static size_t frame_start;

static int room(size_t n) { return sizeof out - out_len >= n; }
static void put(const void *from, size_t n) {
  if (!room(n)) die("internal error: output frame too large", 0);
  memcpy(out + out_len, from, n);
  out_len += n;
}
static void put8(uint8_t v) { put(&v, sizeof v); }
static void put32(uint32_t v) { put(&v, sizeof v); }
static void put64(int64_t v) { put(&v, sizeof v); }
static void begin(uint8_t type) {
  frame_start = out_len;
  put32(0);
  put8(type);
}
static void end(void) {
  uint32_t length = (uint32_t)(out_len - frame_start - 4);
  memcpy(out + frame_start, &length, sizeof length);
}

/* Sends what is in the output buffer; returns 0 when all is sent or the socket is full, -1 when the peer is gone. */
static int flush_out(int flags) {
  while (out_sent < out_len) {
    ssize_t n = send(sock, out + out_sent, out_len - out_sent, MSG_NOSIGNAL | flags);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return 0;
    if (n < 0) return -1;
    out_sent += (size_t)n;
  }
  out_len = out_sent = 0;
  return 0;
}

/* ---- the system calls ---- */

/* A vector of strings becomes an array of pointers into the frame; the sender has ended each string with NUL. */
static char **take_vector(struct cursor *c, size_t *used) {
  uint32_t n = take32(c);
  if (n >= POINTERS_MAX / sizeof(char *)) c->bad = 1;
  size_t need = ((size_t)n + 1) * sizeof(char *);
  if (c->bad || need > sizeof pointers - *used) {
    c->bad = 1;
    return NULL;
  }
  char **vector = (char **)(void *)(pointers + *used);
  *used += need;
  for (uint32_t i = 0; i < n; i++) {
    uint32_t length = take32(c);
    unsigned char *bytes = take_bytes(c, length);
    if (!bytes || length == 0 || bytes[length - 1] != 0) {
      c->bad = 1;
      return NULL;
    }
    vector[i] = (char *)bytes;
  }
  vector[n] = NULL;
  return vector;
}

/* Where the results of the running list stand in the output buffer, for arguments that are an earlier result. */
LARGE size_t result_at[CALLS_MAX];

static int64_t result_of(uint16_t index) {
  int64_t v;
  memcpy(&v, out + result_at[index], sizeof v);
  return v;
}

/*
 * Room for bytes that come back; NULL when there is none. What is cut to a result is the kernel's to write and not
 * cleared: pages that it does not need stay untouched.
 */
static unsigned char *put_out(struct cursor *c, uint32_t n, int cut) {
  if (c->bad || n > REPLY_MAX || !room((size_t)n + 4)) {
    c->bad = 1;
    return NULL;
  }
  put32(n);
  unsigned char *bytes = out + out_len;
  if (!cut) memset(bytes, 0, n);
  out_len += n;
  return bytes;
}

/* The header of sendmsg and recvmsg over one piece of data and its ancillary data; a call has one at most. */
static long message(void *data, uint32_t n, void *control, uint32_t control_n) {
  static struct iovec piece;
  static struct msghdr header;
  memset(&header, 0, sizeof header);
  piece = (struct iovec){data, n};
  header.msg_iov = &piece;
  header.msg_iovlen = 1;
  header.msg_control = control_n ? control : NULL;
  header.msg_controllen = control_n;
  return (long)(intptr_t)&header;
}

static long take_message(struct cursor *c) {
  uint32_t n = take32(c);
  unsigned char *data = take_bytes(c, n);
  uint32_t control_n = take32(c);
  return message(data, n, take_bytes(c, control_n), control_n);
}

/* What the running call is expected to leave in its buffer, or NULL. */
static const unsigned char *expected;
static uint32_t expected_len;

static long take_argument(struct cursor *c, uint8_t kind, uint16_t done, size_t *used, size_t *last_out, int *shrink) {
  uint32_t n;
  switch (kind) {
    case ARG_IMM: return (long)take64(c);
    case ARG_IN: n = take32(c); return (long)(intptr_t)take_bytes(c, n);
    case ARG_OUT:
    case ARG_OUTR:
      n = take32(c);
      *shrink = kind == ARG_OUTR;
      *last_out = out_len;
      return (long)(intptr_t)put_out(c, n, *shrink);
    case ARG_INOUT: {
      n = take32(c);
      unsigned char *given = take_bytes(c, n);
      *shrink = 0;
      *last_out = out_len;
      unsigned char *bytes = put_out(c, n, 0);
      if (bytes) memcpy(bytes, given, n);
      return (long)(intptr_t)bytes;
    }
    case ARG_MSG: return take_message(c);
    case ARG_MSGO: {
      n = take32(c);
      uint32_t control_n = take32(c);
      unsigned char *control = put_out(c, control_n, 0);
      *shrink = 1;
      *last_out = out_len;
      return message(put_out(c, n, 1), n, control, control_n);
    }
    case ARG_EXPECTED:
      n = take32(c);
      expected_len = take32(c);
      expected = take_bytes(c, expected_len);
      if (expected_len > n) c->bad = 1;
      *last_out = out_len;
      return (long)(intptr_t)put_out(c, n, 1);
    case ARG_VEC: return (long)(intptr_t)take_vector(c, used);
    case ARG_RES: {
      uint16_t i = take16(c);
      if (c->bad || i >= done) { c->bad = 1; return 0; }
      return (long)result_of(i);
    }
    case ARG_CELL: {
      static int cell;
      uint16_t i = take16(c);
      if (c->bad || i >= done) { c->bad = 1; return 0; }
      cell = (int)result_of(i);
      return (long)(intptr_t)&cell;
    }
    case ARG_ENVP: return (long)(intptr_t)own_envp;
    case ARG_ARGV:
      n = take32(c);
      if (c->bad || n > (uint32_t)own_argc) { c->bad = 1; return 0; }
      return (long)(intptr_t)(own_argv + n);
    default: c->bad = 1; return 0;
  }
}

static void record_ignored(void);
static void restore_files(void);

/*
 * Makes one call; its result and its output buffers are appended to the output. Returns the result; what has to be whole
 * and is not, or leaves something else than expected, has failed, although the result that is told says how much it is.
 */
static int64_t make_call(struct cursor *c, uint16_t index, size_t *used, uint8_t *flags) {
  long a[ARGS_MAX] = {0};
  size_t last_out = 0;
  int shrink = 0;
  expected = NULL;
  static long before[ARGS_MAX];
  long number = (long)(int32_t)take32(c);
  *flags = take8(c);
  uint8_t count = take8(c);
  if (c->bad || count > ARGS_MAX || !room(8)) { c->bad = 1; return 0; }
  result_at[index] = out_len;
  put64(0);
  for (uint8_t i = 0; i < count; i++) {
    uint8_t kind = take8(c);
    if (kind == ARG_AGAIN && index == 0) c->bad = 1;
    a[i] = kind == ARG_AGAIN ? before[i] : take_argument(c, kind, index, used, &last_out, &shrink);
  }
  if (c->bad) return 0;
  memcpy(before, a, sizeof before);
  if (number == SYS_rt_sigaction) record_ignored();
  if (number == SYS_execve || number == SYS_execveat) restore_files();
  long result = syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
  int64_t value = result == -1 ? -(int64_t)errno : (int64_t)result;
  memcpy(out + result_at[index], &value, sizeof value);
  if (expected) {
    out_len = last_out;
    if (value >= 0 && (value != expected_len || memcmp(out + last_out + 4, expected, expected_len) != 0)) return -EAGAIN;
  }
  if (shrink) {
    uint32_t size;
    memcpy(&size, out + last_out, sizeof size);
    uint32_t kept = value < 0 ? 0 : (uint64_t)value < size ? (uint32_t)value : size;
    memcpy(out + last_out, &kept, sizeof kept);
    out_len = last_out + 4 + kept;
  }
  return *flags & CALL_WHOLE && value >= 0 && value < a[2] ? -EAGAIN : value;
}

/*
 * Makes the calls of a list; stops at the first failure of a call that may not fail. Returns the index of that call,
 * -1 when all went well, -2 when the frame is malformed.
 */
static int make_calls(struct cursor *c, int64_t *error) {
  size_t used = 0;
  uint16_t n = take16(c);
  for (uint16_t i = 0; i < n; i++) {
    uint8_t flags = 0;
    int64_t result = make_call(c, i, &used, &flags);
    if (c->bad) return -2;
    int absent = result == -ENOENT || result == -ENOTDIR || result == -EACCES;
    if (result < 0 && result >= -4095 && !(flags & CALL_MAY_FAIL) && !(absent && flags & CALL_MAY_BE_ABSENT)) {
      *error = -result;
      return i;
    }
  }
  return c->bad ? -2 : -1;
}

static int do_calls(struct cursor *c, uint32_t id, int heard) {
  size_t start = out_len;
  int64_t error = 0;
  begin('R');
  put32(id);
  size_t failed_at = out_len;
  put32(0);
  int32_t failed = make_calls(c, &error);
  if (failed == -2) return -1;
  memcpy(out + failed_at, &failed, sizeof failed);
  end();
  if (!heard) out_len = start;
  return 0;
}

static void put_spawn_reply(uint32_t id, int32_t failed, int64_t value) {
  begin('R');
  put32(id);
  put32((uint32_t)failed);
  put64(value);
  end();
}

/* ---- children ---- */

/*
 * Which signals were ignored at the start. Sixty calls are a twentieth of a command, so they are made only before somebody
 * may change what they say: init does, and a list that has that call in it.
 */
static void record_ignored(void) {
  static int recorded;
  if (recorded++) return;
  for (int s = 1; s <= 64; s++) {
    struct sigaction action;
    if (s < 32 || s > 34)
      if (sigaction(s, NULL, &action) == 0 && action.sa_handler == SIG_IGN) first_ignored |= (uint64_t)1 << (s - 1);
  }
}

static void restore_signals(void) {
  record_ignored();
  for (int s = 1; s <= 64; s++)
    if (s != SIGKILL && s != SIGSTOP && (s < 32 || s > 34)) signal(s, first_ignored >> (s - 1) & 1 ? SIG_IGN : SIG_DFL);
  sigprocmask(SIG_SETMASK, &first_mask, NULL);
}

/*
 * Init has descriptors for every service, all in one process: many services need more than the usual soft limit. What init
 * starts gets the limit that init was started with; not before it is executed, for until then it has init's descriptors.
 */
static struct rlimit first_files;
static rlim_t raised_files;

static void raise_files(void) {
  if (getrlimit(RLIMIT_NOFILE, &first_files) < 0) return;
  struct rlimit more = first_files;
  more.rlim_cur = more.rlim_max < FILES_MAX ? more.rlim_max : FILES_MAX;
  if (more.rlim_cur > first_files.rlim_cur && setrlimit(RLIMIT_NOFILE, &more) == 0) raised_files = more.rlim_cur;
}

/* A limit that was asked for since stays. */
static void restore_files(void) {
  struct rlimit now;
  if (raised_files && getrlimit(RLIMIT_NOFILE, &now) == 0 && now.rlim_cur == raised_files) setrlimit(RLIMIT_NOFILE, &first_files);
}

static struct child *child_slot(void) {
  for (int i = 0; i < CHILDREN_MAX; i++)
    if (children[i].state == FREE) {
      if (i >= children_top) children_top = i + 1;
      return &children[i];
    }
  return NULL;
}

/* A pid can be one that is reported and one that lives, the same number given again. */
static struct child *child_in(pid_t pid, int state) {
  for (int i = 0; i < children_top; i++)
    if ((int)children[i].state == state && children[i].pid == pid) return &children[i];
  return NULL;
}

/* Moves a descriptor out of the way of those that a spawn list wants to fill. */
static int move_high(int fd) {
  int moved = fcntl(fd, F_DUPFD_CLOEXEC, high_fd);
  if (moved < 0) return fd;
  close(fd);
  return moved;
}

/* What is read when it is readable; most commands read nothing so, and have none. -1 when there can be none. */
static int watch_list(void) {
  if (watches < 0 && (watches = epoll_create1(EPOLL_CLOEXEC)) >= 0) watches = move_high(watches);
  return watches;
}

/* Other children may still hold the pipe, between their fork and their execve: closing alone would not unwatch it. */
static void end_spawn(struct spawn *s) {
  epoll_ctl(watches, EPOLL_CTL_DEL, s->fd, NULL);
  close(s->fd);
  s->fd = -1;
  spawns_pending--;
}

static pid_t wait_for(pid_t pid, int *status) {
  pid_t ended;
  do ended = waitpid(pid, status, 0);
  while (ended < 0 && errno == EINTR);
  return ended;
}

/* A child that could not be started: it has said why, and exits. A command has nobody else who would reap it. */
static void disown(pid_t pid) {
  struct child *dead = child_in(pid, EXITED), *dying = child_in(pid, RUNNING);
  if (dead) dead->state = FREE;
  if (dying) dying->state = FAILED;
  if (!is_init) wait_for(pid, NULL);
}

/* The spawn's outcome: its error pipe says end-of-file after execve, or which call failed and why. */
static void finish_spawn(struct spawn *s) {
  int32_t failure[2];
  ssize_t n;
  do n = read(s->fd, failure, sizeof failure);
  while (n < 0 && errno == EINTR);
  if (n < 0 && errno == EAGAIN) return;
  if (n == (ssize_t)sizeof failure) {
    disown(s->pid);
    put_spawn_reply(s->id, failure[0], -(int64_t)failure[1]);
  } else {
    put_spawn_reply(s->id, -1, s->pid);
  }
  end_spawn(s);
}

static _Noreturn void run_spawned(struct cursor *c, int error_fd) {
  int64_t error = 0;
  int fd = move_high(error_fd);
  restore_signals();
  out_len = 0;
  int32_t failure[2] = {make_calls(c, &error), 0};
  if (failure[0] == -1) _exit(0);
  failure[1] = failure[0] == -2 ? EBADMSG : (int32_t)error;
  if (write(fd, failure, sizeof failure) < 0) _exit(126);
  _exit(127);
}

static struct spawn *spawn_slot(void) {
  for (int i = 0; i < SPAWNS_MAX; i++)
    if (spawns[i].fd < 0) return &spawns[i];
  return NULL;
}

static int do_spawn(struct cursor *c, uint32_t id) {
  int ends[2];
  uint64_t tag = (uint64_t)take64(c);
  struct child *slot = is_init ? child_slot() : NULL;
  struct spawn *pending = spawn_slot();
  if ((is_init && !slot) || !pending) {
    put_spawn_reply(id, -3, -EAGAIN);
    return 0;
  }
  if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) < 0) {
    put_spawn_reply(id, -3, -errno);
    return 0;
  }
  struct epoll_event e = {.events = EPOLLIN, .data.u64 = (uint64_t)1 << 32 | (uint64_t)(pending - spawns)};
  pid_t pid = epoll_ctl(watch_list(), EPOLL_CTL_ADD, ends[0], &e) < 0 ? -1 : fork();
  if (pid == 0) run_spawned(c, ends[1]);
  int error = errno;
  close(ends[1]);
  if (pid < 0) {
    close(ends[0]);
    put_spawn_reply(id, -3, -error);
    return 0;
  }
  if (slot) *slot = (struct child){pid, 0, tag, RUNNING};
  *pending = (struct spawn){pid, ends[0], id};
  spawns_pending++;
  return 0;
}

/* A spawn that is waited for to its end; for a command, which has nothing else to do meanwhile. */
static int do_run(struct cursor *c, uint32_t id) {
  int ends[2], status = 0;
  if (is_init) return -1;
  if (pipe2(ends, O_CLOEXEC) < 0) {
    put_spawn_reply(id, -3, -errno);
    return 0;
  }
  pid_t pid = fork();
  if (pid == 0) run_spawned(c, ends[1]);
  int error = errno;
  close(ends[1]);
  int32_t failure[2] = {-3, error};
  ssize_t n = sizeof failure;
  if (pid > 0)
    do n = read(ends[0], failure, sizeof failure);
    while (n < 0 && errno == EINTR);
  close(ends[0]);
  pid_t ended = pid > 0 ? wait_for(pid, &status) : 0;
  if (n == (ssize_t)sizeof failure) put_spawn_reply(id, failure[0], -(int64_t)failure[1]);
  else if (ended < 0) put_spawn_reply(id, -3, -errno);
  else put_spawn_reply(id, -1, status);
  return 0;
}

/* Reaps every child that is dead; those that were spawned by order are kept until the JVM has acknowledged them. */
static void reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
    if (pid == jvm) {
      jvm = 0;
      continue;
    }
    struct child *c = child_in(pid, RUNNING), *failed = child_in(pid, FAILED);
    if (c) {
      c->status = status;
      c->state = EXITED;
    } else if (failed) {
      failed->state = FREE;
    } else {
      orphans++;
    }
  }
}

/* The outcome of a spawn is told before the death of what was spawned. */
static int spawn_is_pending(pid_t pid) {
  for (int i = 0; i < SPAWNS_MAX; i++)
    if (spawns[i].fd >= 0 && spawns[i].pid == pid) {
      finish_spawn(&spawns[i]);
      return spawns[i].fd >= 0;
    }
  return 0;
}

/* ---- events for the JVM ---- */

/* Appends what has happened to the output, which is empty: it has room for as many children as there can be. */
static void put_events(void) {
  for (int s = 1; s <= 64; s++)
    if (signals[s].count) {
      begin('S');
      put32((uint32_t)s);
      put32((uint32_t)signals[s].pid);
      put32(signals[s].uid);
      end();
      signals[s].count = 0;
      signals[s].told = ++told;
    }
  for (int i = 0; i < children_top; i++)
    if (children[i].state == EXITED && !spawn_is_pending(children[i].pid) && children[i].state == EXITED) {
      begin('X');
      put32((uint32_t)children[i].pid);
      put32((uint32_t)children[i].status);
      end();
      children[i].state = REPORTED;
    }
  if (orphans) {
    begin('O');
    put64((int64_t)orphans);
    end();
    orphans = 0;
  }
}

/* From now on the JVM has some time to say that it has understood, whether it still reads or not. */
static void expect_answer(int signal) {
  unanswered = signal;
  if (answer_by < 0) answer_by = now_ms() + ANSWER_MS;
}

static void read_signals(void) {
  struct signalfd_siginfo s;
  while (read(signal_fd, &s, sizeof s) == (ssize_t)sizeof s) {
    if (s.ssi_signo == SIGCHLD) reap();
    else if (s.ssi_signo != SIGPIPE && s.ssi_signo <= 64) {
      signals[s.ssi_signo].count++;
      signals[s.ssi_signo].pid = (int32_t)s.ssi_pid;
      signals[s.ssi_signo].uid = s.ssi_uid;
      if (s.ssi_signo == SIGTERM || s.ssi_signo == SIGINT) expect_answer((int)s.ssi_signo);
    }
  }
}

static void put_data(const struct held *from, const void *bytes, size_t n, int at_end) {
  begin('D');
  put64((int64_t)from->tag);
  put8((uint8_t)at_end);
  put(bytes, n);
  end();
}

/* Init reads a descriptor once, and again when the JVM has dealt with what was read. */
static void watch_again(const struct held *one) {
  struct epoll_event e = {.events = EPOLLIN | EPOLLONESHOT, .data.u64 = (uint64_t)(one - held)};
  epoll_ctl(watches, EPOLL_CTL_MOD, one->fd, &e);
}

/* One watched descriptor is readable: what is there goes to the JVM; at end-of-file it is no longer watched. */
static void pass_data(struct held *from) {
  LARGE unsigned char data[DATA_MAX];
  unsigned char *to = is_init ? kept[from - held] : data;
  if (from->kept) return;
  ssize_t n = read(from->fd, to, is_init ? KEPT_MAX : DATA_MAX);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
    if (is_init) watch_again(from);
    return;
  }
  put_data(from, to, n > 0 ? (size_t)n : 0, n <= 0);
  if (n <= 0) epoll_ctl(watches, EPOLL_CTL_DEL, from->fd, NULL);
  if (!is_init) return;
  from->told = ++told;
  from->kept = n > 0 ? (size_t)n : 0;
}

static void serve_watches(void) {
  struct epoll_event e[64];
  int n = epoll_wait(watches, e, 64, 0);
  for (int i = 0; i < n && out_len <= REPLY_MAX / 2; i++) {
    uint64_t data = e[i].data.u64;
    if (data >> 32) {
      struct spawn *s = &spawns[data & 0xffff];
      if (s->fd >= 0) finish_spawn(s);
    } else if (held[data].fd >= 0) {
      pass_data(&held[data]);
    }
  }
}

/* ---- requests ---- */

static void put_done(uint32_t id, int64_t value) {
  begin('R');
  put32(id);
  put32(value < 0 ? 0 : UINT32_MAX);
  put64(value);
  end();
}

/* The table's entry for a descriptor; a free one, still without a descriptor, when there is none. */
static struct held *held_slot(int fd) {
  struct held *unused = NULL;
  for (int i = 0; i < held_top; i++) {
    if (held[i].fd == fd) return &held[i];
    if (held[i].fd < 0 && !unused) unused = &held[i];
  }
  if (!unused && held_top < HELD_MAX) {
    unused = &held[held_top++];
    unused->fd = -1;
    unused->kept = 0;
  }
  return unused;
}

/* Remembers a descriptor by a tag for the next JVM, and reads it for this one if it is to be watched. */
static int do_hold(struct cursor *c, uint32_t id, int watch) {
  uint32_t fd = take32(c);
  uint64_t tag = (uint64_t)take64(c);
  if (c->bad || fd > INT32_MAX) return -1;
  struct held *slot = held_slot((int)fd);
  if (!slot) {
    put_done(id, -EMFILE);
    return 0;
  }
  struct epoll_event e = {.events = EPOLLIN, .data.u64 = (uint64_t)(slot - held)};
  if (is_init) e.events = slot->kept ? EPOLLONESHOT : EPOLLIN | EPOLLONESHOT;
  if (watch && epoll_ctl(watch_list(), EPOLL_CTL_ADD, (int)fd, &e) < 0) {
    put_done(id, -errno);
    return 0;
  }
  slot->fd = (int)fd;
  slot->tag = tag;
  put_done(id, 0);
  if (watch && slot->kept) {
    put_data(slot, kept[slot - held], slot->kept, 0);
    slot->told = ++told;
  }
  return 0;
}

static int do_unwatch(struct cursor *c, uint32_t id) {
  uint32_t fd = take32(c);
  if (c->bad || fd > INT32_MAX) return -1;
  struct held *slot = held_slot((int)fd);
  if (!slot || slot->fd < 0) {
    put_done(id, -ENOENT);
    return 0;
  }
  epoll_ctl(watches, EPOLL_CTL_DEL, slot->fd, NULL);
  slot->fd = -1;
  slot->kept = 0;
  put_done(id, 0);
  return 0;
}

/* The JVM has dealt with the first so many signals and pieces of data that it was told of. */
static int do_handled(struct cursor *c) {
  uint64_t count = (uint64_t)take64(c);
  if (c->bad || count > told) return -1;
  for (int s = 1; s <= 64; s++)
    if (signals[s].told <= count) signals[s].told = 0;
  for (int i = 0; i < held_top; i++)
    if (held[i].kept && held[i].told <= count) {
      held[i].kept = 0;
      watch_again(&held[i]);
    }
  return 0;
}

static int do_ack(struct cursor *c) {
  struct child *known = child_in((pid_t)take32(c), REPORTED);
  if (c->bad) return -1;
  if (known) known->state = FREE;
  return 0;
}

/*
 * Kills everything that is below us. As PID 1 that is everyone else. Otherwise only our own children, again and again:
 * we are their subreaper, so the orphans of each round are the children of the next.
 */
static void kill_children(int sig) {
  if (getpid() == 1) {
    kill(-1, sig);
    return;
  }
  char text[4096];
  int fd = open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
  if (fd >= 0) close(fd);
  if (n < 0) {
    if (jvm > 0 && sig == SIGKILL) kill(jvm, sig);
    for (int i = 0; i < children_top; i++)
      if (children[i].state == RUNNING) kill(children[i].pid, sig);
    return;
  }
  text[n] = 0;
  for (char *at = text, *next; *at; at = next) {
    long pid = strtol(at, &next, 10);
    if (next == at) break;
    if (*next == 0 && n == (ssize_t)sizeof text - 1) break;
    if (pid > 1 && (pid != jvm || sig == SIGKILL)) kill((pid_t)pid, sig);
  }
}

static int wait_for_none(int64_t until) {
  for (;;) {
    pid_t pid = waitpid(-1, NULL, WNOHANG);
    if (pid > 0) continue;
    if (pid < 0 && errno == ECHILD) return 1;
    if (now_ms() >= until) return 0;
    struct timespec tick = {0, 2000000};
    siginfo_t info;
    sigset_t chld;
    sigemptyset(&chld);
    sigaddset(&chld, SIGCHLD);
    sigtimedwait(&chld, &info, &tick);
  }
}

/* A runtime whose loading is being recorded needs to end by itself: by jlink/train.sh, or link-plugins in somebody's image. */
static int training(void) { return getenv("S6J_TRAINING") != NULL; }

static _Noreturn void finish(int code, unsigned flags) {
  if (training()) {
    close(sock);
    if (jvm > 0) waitpid(jvm, NULL, 0);
  }
  if (flags & FINISH_SYNC) sync();
  if (flags & FINISH_KILL)
    for (int round = 0; round < 1000; round++) {
      kill_children(SIGKILL);
      if (wait_for_none(now_ms() + 10)) break;
    }
  _exit(code);
}

static _Noreturn void last_resort(const char *why) {
  say("fatal", why, "no runtime is left to stop the container in order; sending TERM, then KILL");
  if (jvm > 0) kill(jvm, SIGKILL);
  kill_children(SIGTERM);
  kill_children(SIGCONT);
  wait_for_none(now_ms() + LAST_TERM_MS);
  finish(EXIT_SYSTEM, FINISH_KILL);
}

static _Noreturn void become_fork(struct cursor *c);

static int do_fork(struct cursor *c, uint32_t id) {
  struct child *slot = is_init ? child_slot() : NULL;
  if (is_init && !slot) {
    put_spawn_reply(id, -3, -EAGAIN);
    return 0;
  }
  pid_t pid = fork();
  if (pid == 0) become_fork(c);
  if (pid < 0) {
    put_spawn_reply(id, -3, -errno);
    return 0;
  }
  if (slot) *slot = (struct child){pid, 0, 0, RUNNING};
  put_spawn_reply(id, -1, pid);
  return 0;
}

/* Executes one request; -1 means that its sender does not speak our protocol. */
static int serve_frame(unsigned char *body, uint32_t length) {
  struct cursor c = {body, body + length, 0};
  served++;
  uint8_t op = take8(&c);
  uint32_t id = take32(&c);
  if (c.bad) return -1;
  switch (op) {
    case OP_CALLS: return do_calls(&c, id, 1);
    case OP_CALLS_UNHEARD: return do_calls(&c, id, 0);
    case OP_SPAWN: return do_spawn(&c, id);
    case OP_RUN: return do_run(&c, id);
    case OP_FORK: return do_fork(&c, id);
    case OP_WATCH: return do_hold(&c, id, 1);
    case OP_HOLD: return do_hold(&c, id, 0);
    case OP_UNWATCH: return do_unwatch(&c, id);
    case OP_ACK: return do_ack(&c);
    case OP_HANDLED: return do_handled(&c);
    case OP_ALIVE:
      answer_by = -1;
      unanswered = 0;
      return 0;
    case OP_FINISH: {
      uint8_t flags = take8(&c);
      uint32_t code = take32(&c);
      if (c.bad) return -1;
      if (is_init) finish((int)(code & 255), flags);
      _exit((int)(code & 255));
    }
    default: return -1;
  }
}

/* Gives back the pages that one large frame has touched. */
static void trim_buffers(uint32_t length) {
  enum { KEEP = 256 << 10 };
  if (length <= KEEP) return;
  madvise(in + KEEP, sizeof in - KEEP, MADV_DONTNEED);
  madvise(pointers, sizeof pointers, MADV_DONTNEED);
}

/* With as many children on their way to execve as we can follow, requests wait, and are not read either. */
static int is_busy(void) { return spawns_pending == SPAWNS_MAX; }

enum { GONE = -2 };

/*
 * Executes the complete frames in the input buffer; stops early when the replies need to be sent first.
 * -1 when something is no frame, GONE when the peer is gone.
 */
static int serve_input(void) {
  size_t at = 0;
  int bad = 0;
  while (in_len - at >= 4 && out_len == 0 && !is_busy()) {
    uint32_t length;
    memcpy(&length, in + at, sizeof length);
    if (length > sizeof in - 4) return -1;
    if (in_len - at - 4 < length) break;
    if (serve_frame(in + at + 4, length) < 0) {
      bad = 1;
      break;
    }
    at += 4 + length;
    if (flush_out(is_init ? MSG_DONTWAIT : 0) < 0) return GONE;
    if (at == in_len) trim_buffers(length);
  }
  memmove(in, in + at, in_len - at);
  in_len -= at;
  return bad ? -1 : 0;
}

/* Reads what has arrived; -1 when the peer is gone. */
static int read_input(int flags) {
  ssize_t n = recv(sock, in + in_len, sizeof in - in_len, flags);
  if (n < 0 && (errno == EINTR || errno == EAGAIN)) return 0;
  if (n <= 0) return -1;
  in_len += (size_t)n;
  return 0;
}

/* ---- hello ---- */

static void put_string(const char *s) {
  size_t n = strlen(s);
  put32((uint32_t)n);
  put(s, n);
}

/* Sends bytes that do not fit the output buffer: arguments and environment may be megabytes. Blocking. */
static void send_all(const void *bytes, size_t n) {
  const char *at = bytes;
  while (n > 0) {
    ssize_t sent = send(sock, at, n, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) {
      /* Half a hello is worth nothing: this JVM is to be replaced, or there is none any more. The next read says so. */
      shutdown(sock, SHUT_RDWR);
      return;
    }
    at += sent;
    n -= (size_t)sent;
  }
}

static void hello_string(const char *s) {
  uint32_t n = (uint32_t)strlen(s);
  if (!room((size_t)n + 4)) {
    send_all(out, out_len);
    out_len = 0;
    if (!room((size_t)n + 4)) {
      send_all(&n, sizeof n);
      send_all(s, n);
      return;
    }
  }
  put_string(s);
}

static size_t strings_size(char **v, uint32_t *count) {
  size_t size = 0;
  for (*count = 0; v[*count]; ++*count) size += 4 + strlen(v[*count]);
  return size;
}

/* The one frame whose length is known before its content. PROTOCOL.md, "hello". */
static void send_hello(uint8_t kind, uint64_t token) {
  /* Nothing has been read yet. */
  char *cwd = (char *)in;
  uint32_t argc, envc, known = 0, kept = 0;
  uint64_t mask;
  memcpy(&mask, &first_mask, sizeof mask);
  if (!getcwd(cwd, PATH_BUFFER)) strcpy(cwd, "/");
  for (int i = 0; i < children_top; i++) known += children[i].state != FREE && children[i].state != FAILED;
  for (int i = 0; i < held_top; i++) kept += held[i].fd >= 0;
  size_t size = strings_size(own_argv, &argc) + strings_size(own_envp, &envc) + 4 + strlen(cwd);
  size += 1 + 4 + 4 + 4 * 6 + 8 * 3 + 4 * 4 + 20 * (size_t)known + 12 * (size_t)kept;
  out_len = out_sent = 0;
  put32((uint32_t)size);
  put8('H');
  put8(PROTOCOL);
  put8(kind);
  put8(ARCH);
  put8(sizeof(long));
  put32(getpid() == 1 ? HELLO_PID1 : 0);
  put32((uint32_t)getpid());
  put32(getuid());
  put32(getgid());
  put32(geteuid());
  put32(getegid());
  put32(generation);
  put64((int64_t)token);
  put64((int64_t)mask);
  put64((int64_t)first_ignored);
  put32(argc);
  put32(envc);
  put32(known);
  put32(kept);
  for (int i = 0; i < children_top; i++)
    if (children[i].state != FREE && children[i].state != FAILED) {
      put32((uint32_t)children[i].pid);
      put32(children[i].state == RUNNING ? 0 : 1);
      put32((uint32_t)children[i].status);
      put64((int64_t)children[i].tag);
      if (children[i].state == EXITED) children[i].state = REPORTED;
    }
  for (int i = 0; i < held_top; i++)
    if (held[i].fd >= 0) {
      put32((uint32_t)held[i].fd);
      put64((int64_t)held[i].tag);
    }
  hello_string(cwd);
  for (uint32_t i = 0; i < argc; i++) hello_string(own_argv[i]);
  for (uint32_t i = 0; i < envc; i++) hello_string(own_envp[i]);
  send_all(out, out_len);
  out_len = 0;
}

/* ---- starting the JVM ---- */

/* Closes what the image's starter has left open; ours are all close-on-exec. */
static void close_others(int but) {
  if (but > 3 && syscall(SYS_close_range, 3, but - 1, 0) == 0) return;
  for (int i = 3; i < high_fd; i++) close(i);
}

/* Becomes the JVM: an empty environment, its own session, our socket as fd 0, no other descriptor but 1 and 2. */
static _Noreturn void become_jvm(int end, const char *mode, int error_fd) {
  static char *const no_environment[] = {"MALLOC_ARENA_MAX=1", NULL};
  const char *const argv[] = {LOADER, "--inhibit-cache", "--argv0", LOADER, "--library-path", RUNTIME "/bin:" RUNTIME "/lib",
                              RUNTIME "/bin/java", mode, NULL};
  static const int ignored[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGPIPE, SIGALRM, SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU};
  sigset_t none;
  setsid();
  int fd = move_high(error_fd);
  if (dup2(end, 0) < 0 || chdir("/") < 0) _exit(EXIT_SYSTEM);
  for (int i = 1; i <= 2; i++)
    if (fcntl(i, F_GETFD) < 0) dup2(0, i);
  close_others(fd);
  for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++) signal(ignored[i], SIG_IGN);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  restore_files();
  execve(LOADER, (char *const *)(uintptr_t)argv, no_environment);
  int error = errno;
  if (write(fd, &error, sizeof error) < 0) _exit(EXIT_SYSTEM);
  _exit(EXIT_SYSTEM);
}

static void explain_jvm(int error) {
  const char *hint = error == ENOEXEC  ? " (this shim is of the " ARCH_NAME " tarball; the runtime is of another architecture)"
                     : error == ENOENT ? " (is the s6j tarball extracted completely?)"
                                       : "";
  char what[512];
  snprintf(what, sizeof what, "unable to start the runtime " LOADER ": %s%s", strerror(error), hint);
  say("fatal", what, NULL);
}

/* Waits until the child has exec'd (end-of-file) or said why it could not. */
static int exec_error(int fd) {
  int error = 0;
  ssize_t n;
  do n = read(fd, &error, sizeof error);
  while (n < 0 && errno == EINTR);
  close(fd);
  return n == (ssize_t)sizeof error ? error : 0;
}

/* Starts a JVM on the other end of our socket. Under a command it is not our child, so that wait() shows it to no one. */
static int start_jvm(const char *mode, int detached) {
  int ends[2], errors[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) return errno;
  if (pipe2(errors, O_CLOEXEC) < 0) {
    int error = errno;
    close(ends[0]);
    close(ends[1]);
    return error;
  }
  pid_t pid = fork();
  if (pid < 0) {
    int error = errno;
    for (int i = 0; i < 2; i++) {
      close(ends[i]);
      close(errors[i]);
    }
    return error;
  }
  if (pid == 0) {
    if (detached) {
      pid_t second = fork();
      if (second != 0) _exit(second < 0);
      int null = open("/dev/null", O_RDWR);
      if (null >= 0) {
        dup2(null, 1);
        dup2(null, 2);
      }
    }
    /* Everybody may connect to the socket of init's runtime; what others make is their user's. */
    umask(detached ? 022 : 0);
    become_jvm(ends[1], mode, errors[1]);
  }
  close(ends[1]);
  close(errors[1]);
  if (detached) waitpid(pid, NULL, 0);
  int error = exec_error(errors[0]);
  if (error) {
    close(ends[0]);
    if (!detached) waitpid(pid, NULL, 0);
    return error;
  }
  sock = move_high(ends[0]);
  /* A runtime that does not even read its hello must not hold up PID 1 for ever. */
  struct timeval patience = {ANSWER_MS / 1000, 0};
  if (!detached && setsockopt(sock, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) < 0) return errno;
  if (!detached) jvm = pid;
  in_len = out_len = out_sent = 0;
  return 0;
}

/* ---- mode 1: init ---- */

static int64_t starts[STARTS_MAX];

/*
 * What the last JVM has begun to spawn, the next is to find as a child, or not at all when it could not be started. A child
 * gets there within a moment, but for one that is held up by a file.
 */
static void settle_spawns(void) {
  int64_t until = now_ms() + SETTLE_MS;
  for (int i = 0; i < SPAWNS_MAX; i++) {
    if (spawns[i].fd < 0) continue;
    struct pollfd p = {spawns[i].fd, POLLIN, 0};
    int64_t left = until - now_ms();
    if (poll(&p, 1, left > 0 ? (int)left : 0) > 0) finish_spawn(&spawns[i]);
    if (spawns[i].fd >= 0) end_spawn(&spawns[i]);
  }
}

/* Signals that the last JVM was told of and has not dealt with are for the next. Data is, when that watches. */
static void forget_told(void) {
  told = 0;
  for (int s = 1; s <= 64; s++) {
    if (signals[s].told) signals[s].count++;
    signals[s].told = 0;
  }
  for (int i = 0; i < held_top; i++) held[i].told = UINT64_MAX;
}

/* Starts the JVM, as often as is sensible; gives up for good when it cannot live. */
static void start_init_jvm(void) {
  int64_t now = now_ms();
  if (generation >= STARTS_MAX && now - starts[generation % STARTS_MAX] < STARTS_WINDOW_MS)
    last_resort("the runtime has died too often");
  starts[generation % STARTS_MAX] = now ? now : 1;
  int error = start_jvm("@" RUNTIME "/conf/init.options", 0);
  if (error) {
    explain_jvm(error);
    if (generation == 0) finish(EXIT_SYSTEM, FINISH_KILL);
    last_resort("the runtime cannot be started again");
  }
  settle_spawns();
  forget_told();
  send_hello(KIND_INIT, 0);
  generation++;
  /* A termination signal that the last runtime has not lived to act upon is for this one. */
  answer_by = -1;
  if (unanswered) {
    signals[unanswered].count++;
    expect_answer(unanswered);
  }
}

/* The JVM is gone, or does not speak our protocol any more: whatever is left of it goes, and another takes over. */
static void replace_jvm(void) {
  close(sock);
  sock = -1;
  if (jvm > 0) {
    kill(jvm, SIGKILL);
    while (waitpid(jvm, NULL, 0) < 0 && errno == EINTR) {
    }
    jvm = 0;
  }
  close(watches);
  watches = -1;
  if (watch_list() < 0) die("unable to create an epoll descriptor", errno);
  say("warning", "the runtime has died", "starting it again; services go on");
  start_init_jvm();
}

static void open_standard_fds(void) {
  for (int fd = 0; fd <= 2; fd++)
    if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == 0 ? O_RDONLY : O_WRONLY) < 0) break;
}

static void record_start(void) {
  sigprocmask(SIG_SETMASK, NULL, &first_mask);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) high_fd = files.rlim_cur > 1024 ? 960 : files.rlim_cur > 128 ? (int)files.rlim_cur - 64 : files.rlim_cur > 48 ? 32 : (int)(files.rlim_cur - files.rlim_cur / 4);
}

static void run_init(void) {
  sigset_t all;
  record_ignored();
  raise_files();
  sigfillset(&all);
  signal(SIGCHLD, SIG_DFL);
  sigprocmask(SIG_SETMASK, &all, NULL);
  signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signal_fd < 0 || watch_list() < 0) die("unable to set up signals", errno);
  signal_fd = move_high(signal_fd);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  /* qemu-user turns the bytes of what is read round only for a descriptor that it knows from signalfd, not for a duplicate. */
  signalfd(signal_fd, &all, SFD_CLOEXEC | SFD_NONBLOCK);
#endif
  if (getpid() != 1 && prctl(PR_SET_CHILD_SUBREAPER, 1) < 0) die("unable to become a subreaper", errno);
  start_init_jvm();
  for (;;) {
    int gone = flush_out(MSG_DONTWAIT) < 0;
    if (!gone && out_len == 0) {
      put_events();
      gone = flush_out(MSG_DONTWAIT) < 0;
    }
    int idle = out_len == 0;
    if (!gone && idle && serve_input() < 0) gone = 1;
    idle = out_len == 0;
    if (gone) {
      replace_jvm();
      continue;
    }
    short wanted = !idle ? POLLOUT : is_busy() ? 0 : POLLIN;
    struct pollfd p[3] = {{signal_fd, POLLIN, 0}, {sock, wanted, 0}, {idle ? watches : -1, POLLIN, 0}};
    int64_t left = answer_by < 0 ? -1 : answer_by - now_ms();
    if (answer_by >= 0 && left <= 0) last_resort("the runtime does not answer");
    if (poll(p, 3, (int)left) < 0 && errno != EINTR) die("unable to poll", errno);
    if (p[0].revents) read_signals();
    if (p[1].revents & (POLLIN | POLLHUP | POLLERR) && read_input(MSG_DONTWAIT) < 0) replace_jvm();
    else if (p[2].revents) serve_watches();
  }
}

/* ---- mode 2: a command ---- */

static int connect_to(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) return -1;
  strcpy(address.sun_path, path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ucred peer;
  socklen_t size = sizeof peer;
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0 ||
      getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0 || (peer.uid != 0 && peer.uid != geteuid())) {
    close(fd);
    return -1;
  }
  return fd;
}

/* Serves until the end. Returns only when the runtime has died before it has made us do anything. */
static void serve_command(void) {
  for (;;) {
    int bad = serve_input();
    if (bad == GONE || flush_out(0) < 0) die("the s6j runtime has gone away", 0);
    if (bad < 0) die("the s6j runtime has sent something else than its protocol", 0);
    struct pollfd p[2] = {{sock, is_busy() ? 0 : POLLIN, 0}, {watches, POLLIN, 0}};
    /* With nothing to watch, the read itself waits. */
    int alone = watches < 0;
    if (!alone && poll(p, 2, -1) < 0 && errno != EINTR) die("unable to poll", errno);
    if ((alone || p[0].revents) && read_input(0) < 0) {
      if (served == 0) return;
      die("the s6j runtime has gone away", 0);
    }
    if (p[1].revents) serve_watches();
    if (flush_out(0) < 0) die("the s6j runtime has gone away", 0);
  }
}

static _Noreturn void become_fork(struct cursor *c) {
  static char path[108];
  uint64_t token = (uint64_t)take64(c);
  uint32_t n = take32(c);
  unsigned char *bytes = take_bytes(c, n);
  if (!bytes || n >= sizeof path) _exit(EXIT_SYSTEM);
  memcpy(path, bytes, n);
  path[n] = 0;
  close(sock);
  close(watches);
  if (is_init) {
    restore_signals();
    close(signal_fd);
  }
  is_init = 0;
  children_top = held_top = 0;
  for (int i = 0; i < SPAWNS_MAX; i++) {
    if (spawns[i].fd >= 0) close(spawns[i].fd);
    spawns[i].fd = -1;
  }
  spawns_pending = 0;
  watches = -1;
  int fd = connect_to(path);
  if (fd < 0) _exit(EXIT_SYSTEM);
  sock = move_high(fd);
  in_len = out_len = out_sent = 0;
  char *none[] = {NULL};
  own_argv = own_envp = none;
  own_argc = 0;
  served = 0;
  send_hello(KIND_FORK, token);
  serve_command();
  die("the s6j runtime has gone away", 0);
}

/*
 * Connects to the runtime in a state directory. When init is there but its socket is not, or not yet, init is called by the
 * FIFO beside it and has some time to open it.
 */
static int connect_in(const char *directory) {
  char socket_path[64], wake_path[64];
  snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
  snprintf(wake_path, sizeof wake_path, "%s/wake", directory);
  int fd = connect_to(socket_path);
  if (fd >= 0) return fd;
  int wake = open(wake_path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
  if (wake < 0) return -1;
  ssize_t called = write(wake, "c", 1);
  close(wake);
  for (int64_t until = now_ms() + WAKE_MS; called == 1 && fd < 0 && now_ms() < until;) {
    struct timespec tick = {0, 250000};
    nanosleep(&tick, NULL);
    fd = connect_to(socket_path);
  }
  return fd;
}

/*
 * Connects to the runtime of this user's loggers, in a directory that is this user's alone. When there is none, the lock is
 * given: whoever has it starts one, and the others that come at the same time wait for that.
 */
static int connect_to_loggers(const char *directory, int *lock) {
  char socket_path[108], lock_path[108];
  struct stat s;
  int n = snprintf(socket_path, sizeof socket_path, "%s/socket", directory);
  if (n < 0 || (size_t)n >= sizeof socket_path) return -1;
  snprintf(lock_path, sizeof lock_path, "%s/lock", directory);
  if ((mkdir(directory, 0700) < 0 && errno != EEXIST) || lstat(directory, &s) < 0) return -1;
  if (!S_ISDIR(s.st_mode) || s.st_uid != geteuid() || (s.st_mode & 022)) return -1;
  int fd = connect_to(socket_path);
  if (fd >= 0) return fd;
  *lock = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (*lock < 0) return -1;
  while (flock(*lock, LOCK_EX) < 0 && errno == EINTR) {
  }
  fd = connect_to(socket_path);
  if (fd >= 0) {
    close(*lock);
    *lock = -1;
  }
  return fd;
}

/* The runtime of loggers listens before it asks its first process for anything. */
static void await_loggers(int lock) {
  struct pollfd p = {sock, POLLIN, 0};
  while (poll(&p, 1, WAKE_MS) < 0 && errno == EINTR) {
  }
  close(lock);
}

/* Returns whether it is init's runtime, which is followed by another when it dies. */
static int connect_command(int *lock) {
  static const char *const directories[] = {"/run/s6/s6j", "/dev/shm/s6/s6j"};
  const char *elsewhere = getenv("S6J_SOCKET"), *loggers = getenv("S6J_LOGGERS");
  if (elsewhere) sock = connect_to(elsewhere);
  else if (loggers) sock = connect_to_loggers(loggers, lock);
  else
    for (size_t i = 0; i < sizeof directories / sizeof *directories && sock < 0; i++) sock = connect_in(directories[i]);
  if (sock >= 0) {
    sock = move_high(sock);
  } else {
    if (*lock >= 0) *lock = move_high(*lock);
    int error = start_jvm(*lock >= 0 ? "@" RUNTIME "/conf/loggers.options" : "@" RUNTIME "/conf/command.options", 1);
    if (error) {
      explain_jvm(error);
      _exit(EXIT_SYSTEM);
    }
    return 0;
  }
  return !elsewhere && !loggers;
}

static _Noreturn void run_command(void) {
  for (int tries = 0, again = 1; again && tries < TRIES_MAX; tries++) {
    int lock = -1;
    again = connect_command(&lock);
    send_hello(KIND_COMMAND, 0);
    if (lock >= 0) await_loggers(lock);
    serve_command();
    close(sock);
    sock = -1;
    in_len = out_len = out_sent = 0;
  }
  die("the s6j runtime has gone away", 0);
}

/*
 * Images move the original's /init, which is a script, to another name and start that (pihole's /s6-init). Whoever is PID 1
 * by a name that no command has is such an init. The names of the commands are those of the links in /command.
 */
static int is_renamed_init(void) {
  char path[sizeof COMMANDS "/" + NAME_MAX];
  struct stat link;
  if (own_argc == 0 || getpid() != 1 || access(COMMANDS, F_OK) < 0) return 0;
  snprintf(path, sizeof path, "%s/%s", COMMANDS, program);
  return lstat(path, &link) < 0 && errno == ENOENT;
}

int main(int argc, char **argv, char **envp) {
  own_argc = argc;
  own_argv = argv;
  own_envp = envp;
  if (argc > 0) {
    const char *slash = strrchr(argv[0], '/');
    program = slash ? slash + 1 : argv[0];
  }
  is_init = strcmp(program, "init") == 0 || is_renamed_init();
  open_standard_fds();
  record_start();
  for (int i = 0; i < SPAWNS_MAX; i++) spawns[i].fd = -1;
  if (is_init) {
    program = "s6j";
    run_init();
  }
  run_command();
}
