/*
 * Stands in for the JVM that the shim starts as init: passes what comes on descriptor 0 on to the test that listens at
 * "socket" in the home directory of the runtime, and back, until either side ends.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static int pass(int from, int to) {
  static char buffer[1 << 16];
  ssize_t n = read(from, buffer, sizeof buffer);
  for (ssize_t at = 0, sent; at < n; at += sent)
    if ((sent = write(to, buffer + at, (size_t)(n - at))) < 0) return -1;
  return n > 0 ? 0 : -1;
}

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  char path[4096];
  ssize_t n = readlink("/proc/self/exe", path, sizeof path - 1);
  if (n < 0) return 1;
  path[n] = 0;
  for (int i = 0; i < 3; i++) *strrchr(path, '/') = 0;
  snprintf(address.sun_path, sizeof address.sun_path, "%.90s/socket", path);
  int test = socket(AF_UNIX, SOCK_STREAM, 0);
  if (connect(test, (struct sockaddr *)&address, sizeof address) < 0) return 1;
  for (;;) {
    struct pollfd p[2] = {{0, POLLIN, 0}, {test, POLLIN, 0}};
    if (poll(p, 2, -1) < 0) return 1;
    if (p[0].revents && pass(0, test) < 0) return 0;
    if (p[1].revents && pass(test, 0) < 0) return 0;
  }
}
