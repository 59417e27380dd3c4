/*
 * Feeds the shim's own code with frames that are nearly right, each in memory of exactly its length, so that the
 * address sanitizer sees any step beyond it. The system calls that they ask for are not made, nor any fork; what the
 * shim does in the child it does here. Arguments: seed, number of frames.
 */
#define main shim_main
#define syscall fuzz_syscall
#define fork fuzz_fork
#define _exit fuzz_exit
#define sync fuzz_sync
#include SHIM
#undef main
#include <setjmp.h>

static jmp_buf after_exit;
static uint64_t state;

static uint32_t next(uint32_t below) {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return (uint32_t)(state >> 11) % below;
}

long fuzz_syscall(long number, ...) {
  (void)number;
  errno = 1 + (int)next(130);
  long results[] = {-1, 0, 1, 100, 1 << 20, -4095, -5000, 0x7fffffffffffffff};
  return results[next(8)];
}

pid_t fuzz_fork(void) { return (pid_t[]){0, 99999, -1}[next(3)]; }
void fuzz_exit(int code) { longjmp(after_exit, code + 1); }
void fuzz_sync(void) {}

static unsigned char frame[1 << 16];
static size_t length;
static const unsigned char filler[64] = "/path";

static void add(const void *bytes, size_t n) {
  memcpy(frame + length, bytes, n);
  length += n;
}
static void add8(uint8_t v) { add(&v, sizeof v); }
static void add16(uint16_t v) { add(&v, sizeof v); }
static void add32(uint32_t v) { add(&v, sizeof v); }

static void add_argument(uint16_t index) {
  uint8_t kind = (uint8_t)next(12);
  uint32_t n = next(40);
  add8(kind);
  switch (kind) {
    case ARG_IMM: add32(next(1000)); add32(0); break;
    case ARG_INOUT:
    case ARG_IN: add32(n); add(filler, n); break;
    case ARG_OUT:
    case ARG_OUTR: add32(next(20) ? n : next(REPLY_MAX)); break;
    case ARG_VEC:
      add32(n = next(5));
      for (uint32_t i = 0; i < n; i++) {
        add32(3);
        add("ab", 3);
      }
      break;
    case ARG_RES:
    case ARG_CELL: add16(index ? (uint16_t)next(index) : 0); break;
    case ARG_MSG:
      add32(n);
      add(filler, n);
      add32(n / 2);
      add(filler, n / 2);
      break;
    case ARG_MSGO:
      add32(next(20) ? n : next(REPLY_MAX));
      add32(n / 2);
      break;
    case ARG_ARGV: add32(next(3)); break;
    default: break;
  }
}

static void make_frame(void) {
  uint8_t op = (uint8_t)(next(4) ? 1 + next(2) : 1 + next(8));
  length = 0;
  add8(op);
  add32(next(1000));
  if (op == OP_CALLS || op == OP_SPAWN) {
    uint16_t calls = (uint16_t)next(12);
    add16(calls);
    for (uint16_t i = 0; i < calls; i++) {
      uint8_t arguments = (uint8_t)next(7);
      add32(next(500));
      add8((uint8_t)next(2));
      add8(arguments);
      for (uint8_t j = 0; j < arguments; j++) add_argument(i);
    }
  } else if (op == OP_FORK) {
    add32(1);
    add32(2);
    add32(next(200));
    add("/nonexistent/socket", 19);
  } else {
    add32(next(2000));
    add32(next(2000));
  }
}

static void mutate(void) {
  static const uint32_t edges[] = {0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x00400000, 0x00400001, 0x20000000};
  for (uint32_t n = next(4); n > 0; n--) {
    size_t at = next((uint32_t)length);
    if (next(2)) frame[at] = (unsigned char)next(256);
    else if (length - at >= 4) memcpy(frame + at, &edges[next(8)], 4);
  }
  if (next(8) == 0) length = next((uint32_t)length + 1);
}

static void serve(void) {
  unsigned char *exact = malloc(length ? length : 1);
  memcpy(exact, frame, length);
  if (setjmp(after_exit) == 0) {
    serve_frame(exact, (uint32_t)length);
    serve_watches();
  }
  free(exact);
  if (out_len > sizeof out) abort();
  out_len = out_sent = 0;
  if (fcntl(watches, F_GETFD) < 0) watches = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < SPAWNS_MAX; i++)
    if (spawns[i].fd >= 0) end_spawn(&spawns[i]);
  spawns_pending = 0;
  for (int i = 0; i < children_top; i++) children[i].state = FREE;
}

int main(int argc, char **argv) {
  char *none[] = {"fuzz", "argument", NULL};
  if (argc != 3) return 2;
  own_argv = own_envp = none;
  own_argc = 2;
  state = strtoull(argv[1], NULL, 10) * 2654435761u + 1;
  for (int i = 0; i < SPAWNS_MAX; i++) spawns[i].fd = -1;
  watches = epoll_create1(EPOLL_CLOEXEC);
  high_fd = 100;
  long frames = strtol(argv[2], NULL, 10);
  for (long i = 0; i < frames; i++) {
    is_init = (int)next(2);
    make_frame();
    mutate();
    serve();
    for (int fd = 3; fd < 64; fd++)
      if (fd != watches) close(fd);
  }
  printf("%ld frames\n", frames);
  return 0;
}
