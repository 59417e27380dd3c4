/* probe: the static program that tests put into containers to tell what a process sees there.
 *
 *   probe mark FILE           writes CLOCK_MONOTONIC (ns) of its first instruction, exits 0
 *   probe service FILE        runs until TERM, then appends CLOCK_MONOTONIC to FILE, exits 0
 *   probe spin                runs until killed; TERM ends it
 *   probe race N A... -- B... runs the commands in turn, N times, a line of nanoseconds each time; words VARIABLE=VALUE
 *                             before a command are for its environment; one that fails ends the race
 *   probe env                 its environment, a line a variable
 *   probe see                 uid, gid, groups, session, process group, descriptors, ignored and blocked signals
 *   probe orphans N           makes N orphans that exit at once; exits when all were made
 *   probe latency FILE        writes 200 lines to stdout, each when FILE has changed by the one before; says on stderr how long
 *                             that took, in microseconds: median and 90th percentile. It looks at FILE all the time
 *   probe latency-asleep FILE   the same, but sleeps until the kernel says that FILE has changed
 *   probe exit N | kill N     ends so
 *   probe alone LOCK WORDS    becomes the program, holding a lock on LOCK; makes LOCK.broken when somebody else does
 *   probe times N WORDS       runs a program N times, one after the other; prints how long each took (ns)
 *   probe at-once N WORDS     runs a program N times at once; prints how long all took (ns). Both exit 1 when one has failed
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static void stamp(const char *path, int flags, const struct timespec *t) {
  char text[64];
  int n = snprintf(text, sizeof text, "%lld\n", (long long)t->tv_sec * 1000000000 + t->tv_nsec);
  int fd = open(path, O_WRONLY | O_CREAT | flags, 0666);
  if (fd < 0 || write(fd, text, (size_t)n) != n) {
    perror(path);
    _exit(111);
  }
}

static void print_file(const char *label, const char *path, const char *prefix) {
  char line[4096];
  FILE *f = fopen(path, "r");
  while (f && fgets(line, sizeof line, f))
    if (!strncmp(line, prefix, strlen(prefix))) printf("%s%s", label, line);
  if (f) fclose(f);
}

static void print_descriptors(void) {
  DIR *d = opendir("/proc/self/fd");
  if (!d) return;
  for (struct dirent *e; (e = readdir(d));) {
    char path[300], to[4096];
    int fd = atoi(e->d_name);
    if (e->d_name[0] == '.' || fd == dirfd(d)) continue;
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    ssize_t n = readlink(path, to, sizeof to - 1);
    if (n > 0) printf("fd %d: %.*s\n", fd, (int)n, to);
  }
  closedir(d);
}

static int64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
  return x < y ? -1 : x > y;
}

static off_t size_of(const char *path) {
  struct stat s;
  return stat(path, &s) < 0 ? 0 : s.st_size;
}

/* Of a file that is there soon. */
static int watch_changes(const char *path) {
  struct timespec pause = {0, 1000000};
  int fd = inotify_init1(IN_NONBLOCK);
  for (int i = 0; i < 20000; i++) {
    if (inotify_add_watch(fd, path, IN_MODIFY) >= 0) return fd;
    nanosleep(&pause, NULL);
  }
  return -1;
}

/* Until the file has another size than before; 0 when that takes too long. */
static int await_change(const char *path, off_t before, int watch) {
  int64_t until = now_ns() + 20000000000;
  while (size_of(path) == before) {
    char events[4096];
    struct pollfd p = {watch, POLLIN, 0};
    if (watch >= 0 && poll(&p, 1, 20000) > 0 && read(watch, events, sizeof events) < 0) return 0;
    if (now_ns() > until) return 0;
  }
  return 1;
}

static int latency(const char *path, int asleep) {
  enum { LINES = 200, LENGTH = 112, PAUSE_NS = 5000000 };
  int64_t took[LINES];
  char line[LENGTH];
  memset(line, 'x', LENGTH - 1);
  line[LENGTH - 1] = '\n';
  int watch = asleep ? watch_changes(path) : -1;
  if (asleep && watch < 0) return 111;
  for (int i = 0; i < LINES; i++) {
    struct timespec pause = {0, PAUSE_NS};
    nanosleep(&pause, NULL);
    off_t before = size_of(path);
    int64_t start = now_ns();
    if (write(1, line, LENGTH) != LENGTH) return 111;
    if (!await_change(path, before, watch)) return 99;
    took[i] = now_ns() - start;
  }
  qsort(took, LINES, sizeof *took, ascending);
  fprintf(stderr, "%lld %lld\n", (long long)took[LINES / 2] / 1000, (long long)took[LINES * 9 / 10] / 1000);
  return 0;
}

static int see(void) {
  char cwd[4096];
  printf("uid %d gid %d\n", (int)geteuid(), (int)getegid());
  printf("cwd %s\n", getcwd(cwd, sizeof cwd) ? cwd : "?");
  printf("session leader %s\n", getsid(0) == getpid() ? "yes" : "no");
  printf("group leader %s\n", getpgrp() == getpid() ? "yes" : "no");
  static const char *const status[] = {"Groups", "SigBlk", "SigIgn", "CapEff", "CapBnd", "NoNewPrivs", "Umask"};
  for (size_t i = 0; i < sizeof status / sizeof *status; i++) print_file("", "/proc/self/status", status[i]);
  print_file("limit ", "/proc/self/limits", "Max open files");
  print_descriptors();
  return 0;
}

static int orphans(int count) {
  for (int i = 0; i < count; i++) {
    pid_t child = fork();
    if (child < 0) {
      usleep(1000);
      i--;
      continue;
    }
    if (child == 0) {
      pid_t orphan = fork();
      _exit(orphan < 0 ? 1 : 0);
    }
    int status;
    if (waitpid(child, &status, 0) != child) return 111;
    if (status) i--;
  }
  return 0;
}

static int service(const char *file) {
  sigset_t term;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  sigprocmask(SIG_BLOCK, &term, NULL);
  int number;
  sigwait(&term, &number);
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  stamp(file, O_APPEND, &t);
  return 0;
}

static long long now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (long long)t.tv_sec * 1000000000 + t.tv_nsec;
}

static long long timed(char **words) {
  long long start = now();
  pid_t child = fork();
  if (child == 0) {
    while (*words && strchr(*words, '=')) putenv(*words++);
    int null = open("/dev/null", O_RDWR);
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0) _exit(111);
    execvp(*words, words);
    perror(*words);
    _exit(127);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status) {
    fprintf(stderr, "probe: %s failed: status %d\n", *words, child < 0 ? -1 : status);
    exit(1);
  }
  return now() - start;
}

static int race(int rounds, char **words) {
  for (int i = 0; i < rounds; i++) {
    char **at = words;
    while (*at) {
      char **end = at;
      while (*end && strcmp(*end, "--")) end++;
      char *separator = *end;
      *end = NULL;
      printf("%lld ", timed(at));
      *end = separator;
      at = separator ? end + 1 : end;
    }
    putchar('\n');
  }
  return 0;
}

static pid_t start(char **words) {
  pid_t child = fork();
  if (child) return child;
  int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (null >= 0) dup2(null, 1);
  execvp(words[0], words);
  _exit(127);
}

static int end_well(void) {
  int status;
  return wait(&status) > 0 && status == 0;
}

static int times(int count, char **words) {
  int failed = 0;
  for (int i = 0; i < count; i++) {
    long long from = now();
    if (start(words) < 0 || !end_well()) failed = 1;
    printf("%lld\n", now() - from);
  }
  return failed;
}

static int at_once(int count, char **words) {
  int failed = 0;
  long long from = now();
  for (int i = 0; i < count; i++)
    if (start(words) < 0) failed = 1;
  for (int i = 0; i < count; i++)
    if (!end_well()) failed = 1;
  printf("%lld\n", now() - from);
  return failed;
}

static int alone(const char *lock, char **words) {
  int fd = open(lock, O_WRONLY | O_CREAT, 0666);
  if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
    char broken[4096];
    snprintf(broken, sizeof broken, "%s.broken", lock);
    return creat(broken, 0666) < 0 ? 111 : 1;
  }
  execvp(words[0], words);
  perror(words[0]);
  return 127;
}

int main(int argc, char **argv) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  const char *what = argc > 1 ? argv[1] : "see", *with = argc > 2 ? argv[2] : "0";
  if (!strcmp(what, "mark")) {
    stamp(with, O_TRUNC, &t);
    return 0;
  }
  if (!strcmp(what, "service")) return service(with);
  if (!strcmp(what, "spin"))
    for (;;) pause();
  if (!strcmp(what, "race") && argc > 3) return race(atoi(with), argv + 3);
  if (!strcmp(what, "env")) {
    for (char **e = environ; *e; e++) puts(*e);
    return 0;
  }
  if (!strcmp(what, "see")) return see();
  if (!strcmp(what, "latency")) return latency(with, 0);
  if (!strcmp(what, "latency-asleep")) return latency(with, 1);
  if (!strcmp(what, "orphans")) return orphans(atoi(with));
  if (!strcmp(what, "alone") && argc > 3) return alone(with, argv + 3);
  if (!strcmp(what, "times") && argc > 3) return times(atoi(with), argv + 3);
  if (!strcmp(what, "at-once") && argc > 3) return at_once(atoi(with), argv + 3);
  if (!strcmp(what, "exit")) return atoi(with);
  if (!strcmp(what, "kill")) {
    signal(atoi(with), SIG_DFL);
    kill(getpid(), atoi(with));
    pause();
  }
  fprintf(stderr, "probe: usage: probe mark|service|spin|env|see|orphans|exit|kill|alone|times|at-once|race\n");
  return 100;
}
