/*
 * What a program sees of the process it was exec'd in, for comparing two ways to get there.
 *
 * As `args` it prints its arguments; as `report` also its environment, descriptors, directory, umask and signals. What
 * differs from run to run (process ids, inode numbers, PATH, the socket of the runtime) is left out.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

extern char **environ;

static void print_escaped(const char *s) {
  for (; *s; s++) {
    unsigned char c = (unsigned char)*s;
    if (c < 32 || c > 126 || c == '\\' || c == '<' || c == '>') printf("\\x%02x", c);
    else putchar(c);
  }
}

static int by_name(const void *a, const void *b) { return strcmp(*(char *const *)a, *(char *const *)b); }

static int is_left_out(const char *entry) {
  static const char *const names[] = {"PATH=", "S6J_SOCKET=", "_=", "SHLVL=", "PWD=", "OLDPWD="};
  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (strncmp(entry, names[i], strlen(names[i])) == 0) return i < 4 || entry[strlen(names[i])] != '/';
  return 0;
}

static void print_environment(void) {
  size_t n = 0;
  while (environ[n]) n++;
  qsort(environ, n, sizeof *environ, by_name);
  for (size_t i = 0; i < n; i++) {
    if (is_left_out(environ[i])) continue;
    printf("env ");
    print_escaped(strncmp(environ[i], "!=", 2) == 0 ? "!=PID" : environ[i]);
    putchar('\n');
  }
}

static void print_descriptors(void) {
  for (int fd = 0; fd < 256; fd++) {
    char link[64], target[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, target, sizeof target - 1);
    if (length < 0) continue;
    target[length] = 0;
    char *inode = strchr(target, '[');
    if (inode && target[0] != '/') *inode = 0;
    printf("fd %d %s\n", fd, target);
  }
}

static void print_signals(void) {
  sigset_t mask;
  sigprocmask(SIG_SETMASK, NULL, &mask);
  for (int s = 1; s < 32; s++) {
    struct sigaction action;
    if (sigismember(&mask, s)) printf("blocked %d\n", s);
    if (sigaction(s, NULL, &action) == 0 && action.sa_handler == SIG_IGN) printf("ignored %d\n", s);
  }
}

int main(int argc, char **argv) {
  const char *slash = strrchr(argv[0], '/');
  for (int i = 1; i < argc; i++) {
    putchar('<');
    print_escaped(argv[i]);
    putchar('>');
  }
  putchar('\n');
  if (strcmp(slash ? slash + 1 : argv[0], "args") == 0) return 0;
  char cwd[4096];
  mode_t mask = umask(0);
  printf("name %s\ncwd %s\numask %03o\n", slash ? slash + 1 : argv[0], getcwd(cwd, sizeof cwd) ? cwd : "?", mask);
  print_environment();
  print_descriptors();
  print_signals();
  return 0;
}
