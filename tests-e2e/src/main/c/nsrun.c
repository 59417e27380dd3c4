/* nsrun: runs a program as PID 1 of new namespaces, with what Docker gives a container: its own root, /proc, /dev,
 * /sys, a loopback, a session, Docker's default capabilities. Ends with the program's exit code, 128 + signal when
 * a signal ended it, 125 when the container could not be made, as `docker run` does.
 *
 *   nsrun [options] --root DIR -- program args...     a new container
 *   nsrun [options] --enter PID -- program args...    in the container whose PID 1 is PID, as `docker exec`
 *
 *   --lower DIRS --upper DIR --work DIR   mount an overlay on the root first
 *   --read-only --tmpfs PATH[:OPTIONS] --user UID:GID --env-file FILE (NAME=VALUE, NUL-terminated) --cwd DIR
 *   --tty --cap-drop-all --no-new-privileges --memory BYTES
 *   --pid-file FILE   the container's PID 1, as seen outside, once it has its root: before, --enter could come to ours
 *   --times FILE      CLOCK_MONOTONIC in ns just before exec, and when the death of PID 1 was seen
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { TMPFS_MAX = 16, CANNOT_MAKE = 125, CANNOT_EXEC = 126, NOT_FOUND = 127 };

static const char *root, *lower, *upper, *work, *cwd = "/", *env_file, *pid_file, *times_file, *memory, *user;
static const char *tmpfs[TMPFS_MAX];
static int tmpfs_count, read_only, tty, cap_drop_all, no_new_privileges;
static pid_t enter;
static char **command;
static char *environment[65536];
static volatile uint64_t *exec_time;
static char memory_group[512];
static volatile sig_atomic_t told_to_end;

static _Noreturn void fail(const char *format, ...) {
  int error = errno;
  va_list args;
  va_start(args, format);
  fprintf(stderr, "nsrun: fatal: unable to ");
  vfprintf(stderr, format, args);
  va_end(args);
  fprintf(stderr, ": %s\n", strerror(error));
  exit(CANNOT_MAKE);
}

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static void write_file(const char *path, const char *text) {
  int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0 || write(fd, text, strlen(text)) < 0) fail("write %s", path);
  close(fd);
}

static const char *within(const char *path) {
  static char at[4096];
  snprintf(at, sizeof at, "%s/%s", root, path[0] == '/' ? path + 1 : path);
  return at;
}

static void make_directories(const char *path, mode_t mode) {
  char copy[4096];
  snprintf(copy, sizeof copy, "%s", path);
  for (char *slash = copy + 1; (slash = strchr(slash, '/')); slash++) {
    *slash = 0;
    mkdir(copy, 0755);
    *slash = '/';
  }
  if (mkdir(copy, mode) < 0 && errno != EEXIST) fail("make directory %s", copy);
}

static void mount_at(const char *type, const char *path, unsigned long flags, const char *data) {
  const char *at = within(path);
  make_directories(at, 0755);
  if (mount(type, at, type, flags, data) < 0) fail("mount %s on %s", type, at);
}

static void device(const char *path, unsigned major, unsigned minor) {
  if (mknod(within(path), S_IFCHR | 0666, makedev(major, minor)) < 0) fail("make %s", within(path));
}

static void mount_tmpfs(const char *option) {
  char path[1024], data[1024] = "mode=1777,size=65536k";
  unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
  snprintf(path, sizeof path, "%s", option);
  char *colon = strchr(path, ':');
  if (colon) *colon = 0;
  for (char *word = colon ? strtok(colon + 1, ",") : NULL; word; word = strtok(NULL, ",")) {
    if (!strcmp(word, "exec")) flags &= ~(unsigned long)MS_NOEXEC;
    else if (!strcmp(word, "ro")) flags |= MS_RDONLY;
    else if (!strncmp(word, "mode=", 5) || !strncmp(word, "size=", 5) || !strncmp(word, "uid=", 4)) {
      strncat(data, ",", sizeof data - strlen(data) - 1);
      strncat(data, word, sizeof data - strlen(data) - 1);
    }
  }
  mount_at("tmpfs", path, flags, data);
}

static void make_root(void) {
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) fail("make mounts private");
  if (lower) {
    char data[8192];
    snprintf(data, sizeof data, "lowerdir=%s,upperdir=%s,workdir=%s", lower, upper, work);
    if (mount("overlay", root, "overlay", 0, data) < 0) fail("mount overlay %s on %s", data, root);
  } else if (mount(root, root, NULL, MS_BIND | MS_REC, NULL) < 0) {
    fail("bind %s", root);
  }
  mount_at("proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
  mount_at("sysfs", "sys", MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_RDONLY, NULL);
  mount_at("tmpfs", "dev", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  mount_at("devpts", "dev/pts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_at("tmpfs", "dev/shm", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=1777,size=65536k");
  device("dev/null", 1, 3);
  device("dev/zero", 1, 5);
  device("dev/full", 1, 7);
  device("dev/random", 1, 8);
  device("dev/urandom", 1, 9);
  device("dev/tty", 5, 0);
  static const char *const links[][2] = {{"pts/ptmx", "dev/ptmx"}, {"/proc/self/fd", "dev/fd"},
      {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"}, {"/proc/self/fd/2", "dev/stderr"}};
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    if (symlink(links[i][0], within(links[i][1])) < 0) fail("link %s", links[i][1]);
  for (int i = 0; i < tmpfs_count; i++) mount_tmpfs(tmpfs[i]);
  make_directories(within(cwd), 0755);
}

static void own_console(int *to_parent) {
  int master = open(within("dev/pts/ptmx"), O_RDWR | O_NOCTTY | O_CLOEXEC), zero = 0;
  unsigned number;
  if (master < 0 || ioctl(master, TIOCSPTLCK, &zero) < 0 || ioctl(master, TIOCGPTN, &number) < 0) fail("open a pty");
  char name[64];
  snprintf(name, sizeof name, "dev/pts/%u", number);
  int slave = open(within(name), O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0) fail("open %s", name);
  struct winsize size = {.ws_row = 24, .ws_col = 80};
  ioctl(slave, TIOCSWINSZ, &size);
  unsigned uid = 0, gid = 0;
  if (user) sscanf(user, "%u:%u", &uid, &gid);
  if (fchown(slave, uid, (gid_t)-1) < 0) fail("give the pty to its user");
  char source[4096];
  snprintf(source, sizeof source, "%s", within(name));
  int made = open(within("dev/console"), O_CREAT | O_CLOEXEC, 0600);
  if (made < 0 || mount(source, within("dev/console"), NULL, MS_BIND, NULL) < 0) fail("make /dev/console");
  close(made);

  char byte = 0, control[CMSG_SPACE(sizeof(int))] = {0};
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  struct cmsghdr *header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(sizeof(int));
  memcpy(CMSG_DATA(header), &master, sizeof master);
  if (sendmsg(*to_parent, &message, 0) < 0) fail("pass the pty on");
  close(master);
  for (int fd = 0; fd < 3; fd++)
    if (dup2(slave, fd) < 0) fail("use the pty");
  if (ioctl(0, TIOCSCTTY, 0) < 0) fail("get a controlling terminal");
}

static void enter_root(void) {
  if (chdir(root) < 0 || syscall(SYS_pivot_root, ".", ".") < 0 || umount2(".", MNT_DETACH) < 0 || chdir("/") < 0)
    fail("make %s the root", root);
  if (read_only && mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) < 0) fail("make the root read-only");
  if (sethostname("container", 9) < 0) fail("set the host name");
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
  if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0) fail("bring up the loopback");
  close(fd);
}

static void set_capabilities(uint64_t permitted) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2] = {{0}};
  for (int i = 0; i < 2; i++) data[i].permitted = data[i].effective = (uint32_t)(permitted >> (32 * i));
  if (syscall(SYS_capset, &header, data) < 0) fail("set capabilities");
}

/* What Docker leaves to a container's root unless told otherwise. */
static void drop_rights(void) {
  static const int docker[] = {CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FSETID, CAP_FOWNER, CAP_MKNOD, CAP_NET_RAW, CAP_SETGID,
      CAP_SETUID, CAP_SETFCAP, CAP_SETPCAP, CAP_NET_BIND_SERVICE, CAP_SYS_CHROOT, CAP_KILL, CAP_AUDIT_WRITE};
  uint64_t kept = 0;
  if (!cap_drop_all)
    for (size_t i = 0; i < sizeof docker / sizeof *docker; i++) kept |= (uint64_t)1 << docker[i];
  for (int cap = 0; prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
    if (!(kept >> cap & 1) && prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) < 0) fail("drop capability %d", cap);
  unsigned uid = 0, gid = 0;
  if (user && sscanf(user, "%u:%u", &uid, &gid) != 2) {
    errno = EINVAL;
    fail("understand --user %s", user);
  }
  gid_t groups[1] = {gid};
  if (syscall(SYS_setgroups, user ? 1 : 0, groups) < 0) fail("set groups");
  if (setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) fail("become %u:%u", uid, gid);
  if (!uid) set_capabilities(kept);
  if (no_new_privileges && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) fail("forbid new privileges");
}

static const char *path_of_environment(void) {
  for (char **e = environment; *e; e++)
    if (!strncmp(*e, "PATH=", 5)) return *e + 5;
  return "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
}

static _Noreturn void run(void) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int i = 1; i <= 64; i++) signal(i, SIG_DFL);
  umask(022);
  syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC);
  if (exec_time) *exec_time = now_ns();
  int error = ENOENT;
  if (strchr(command[0], '/')) {
    execve(command[0], command, environment);
    error = errno;
  } else {
    char path[4096];
    snprintf(path, sizeof path, "%s", path_of_environment());
    for (char *part = strtok(path, ":"); part; part = strtok(NULL, ":")) {
      char at[8192];
      snprintf(at, sizeof at, "%s/%s", part, command[0]);
      execve(at, command, environment);
      if (errno != ENOENT) error = errno;
    }
  }
  fprintf(stderr, "nsrun: fatal: unable to exec %s: %s\n", command[0], strerror(error));
  exit(error == ENOENT ? NOT_FOUND : CANNOT_EXEC);
}

static void end_with_parent(void) {
  if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) < 0) fail("be told of the parent's death");
}

static _Noreturn void contain(int go, int to_parent) {
  char byte;
  if (read(go, &byte, 1) != 1) exit(CANNOT_MAKE);
  if (setsid() < 0) fail("start a session");
  umask(0);
  make_root();
  if (tty) own_console(&to_parent);
  enter_root();
  close(to_parent);
  if (chdir(cwd) < 0) fail("go to %s", cwd);
  drop_rights();
  end_with_parent();
  run();
}

static void join(const char *name, int type) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/ns/%s", enter, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || setns(fd, type) < 0) fail("join %s", path);
  close(fd);
}

static _Noreturn void exec_in_container(void) {
  if (setsid() < 0) fail("start a session");
  if (chdir(cwd) < 0) fail("go to %s", cwd);
  drop_rights();
  end_with_parent();
  run();
}

static int memory_file(const char *name, char *path, size_t size) {
  snprintf(path, size, "%s/%s", memory_group, name);
  return access(path, F_OK) == 0;
}

/* cgroup v1 where its memory controller is mounted, v2 otherwise. */
static void limit_memory(pid_t pid) {
  char path[1024], text[64];
  int old = access("/sys/fs/cgroup/memory/memory.limit_in_bytes", F_OK) == 0;
  if (!old) write_file("/sys/fs/cgroup/cgroup.subtree_control", "+memory");
  snprintf(memory_group, sizeof memory_group, "/sys/fs/cgroup/%ss6j-nsrun-%d", old ? "memory/" : "", (int)pid);
  if (mkdir(memory_group, 0755) < 0) fail("make %s", memory_group);
  memory_file(old ? "memory.limit_in_bytes" : "memory.max", path, sizeof path);
  write_file(path, memory);
  if (memory_file(old ? "memory.memsw.limit_in_bytes" : "memory.swap.max", path, sizeof path))
    write_file(path, old ? memory : "0");
  snprintf(text, sizeof text, "%d", (int)pid);
  memory_file("cgroup.procs", path, sizeof path);
  write_file(path, text);
}

static void copy_some(int from, int to, struct pollfd *watched) {
  char data[65536];
  ssize_t n = read(from, data, sizeof data);
  if (n <= 0) {
    watched->fd = -1;
    return;
  }
  for (ssize_t done = 0; done < n;) {
    ssize_t w = write(to, data + done, (size_t)(n - done));
    if (w <= 0) break;
    done += w;
  }
}

static int receive_master(int from) {
  char byte, control[CMSG_SPACE(sizeof(int))];
  struct iovec data = {&byte, 1};
  struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  if (recvmsg(from, &message, MSG_CMSG_CLOEXEC) != 1) return -1;
  int master = -1;
  memcpy(&master, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof master);
  return master;
}

static void end(int number) {
  (void)number;
  told_to_end = 1;
}

static int await(pid_t child, int master) {
  pid_t parent = getppid();
  int pidfd = (int)syscall(SYS_pidfd_open, child, 0), status;
  if (pidfd < 0) fail("watch the container");
  struct pollfd watched[3] = {{pidfd, POLLIN, 0}, {master, POLLIN, 0}, {master < 0 ? -1 : 0, POLLIN, 0}};
  for (;;) {
    int n = poll(watched, 3, 1000);
    if (told_to_end || getppid() != parent) kill(child, SIGKILL);
    if (n <= 0) continue;
    if (watched[1].fd >= 0 && watched[1].revents) copy_some(master, 1, &watched[1]);
    if (watched[2].fd >= 0 && watched[2].revents) copy_some(0, master, &watched[2]);
    if (watched[0].revents) break;
  }
  uint64_t seen = now_ns();
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR) fail("wait for the container");
  while (watched[1].fd >= 0 && poll(&watched[1], 1, 0) > 0) copy_some(master, 1, &watched[1]);
  if (times_file) {
    char text[64];
    snprintf(text, sizeof text, "%llu %llu\n", (unsigned long long)*exec_time, (unsigned long long)seen);
    write_file(times_file, text);
  }
  if (memory_group[0]) rmdir(memory_group);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static void read_environment(void) {
  if (!env_file) return;
  int fd = open(env_file, O_RDONLY | O_CLOEXEC);
  struct stat st;
  if (fd < 0 || fstat(fd, &st) < 0) fail("read %s", env_file);
  char *data = malloc((size_t)st.st_size + 1);
  ssize_t n = data ? read(fd, data, (size_t)st.st_size) : -1;
  if (n != st.st_size) fail("read %s", env_file);
  close(fd);
  size_t count = 0;
  for (char *at = data; at < data + n; at += strlen(at) + 1) {
    if (count + 1 == sizeof environment / sizeof *environment) fail("hold that many variables");
    environment[count++] = at;
  }
}

static int flag(const char *word) {
  if (!strcmp(word, "--read-only")) return read_only = 1;
  if (!strcmp(word, "--tty")) return tty = 1;
  if (!strcmp(word, "--cap-drop-all")) return cap_drop_all = 1;
  if (!strcmp(word, "--no-new-privileges")) return no_new_privileges = 1;
  return 0;
}

static int option(const char *word, const char *value) {
  static const struct { const char *name; const char **value; } options[] = {{"--root", &root}, {"--lower", &lower},
      {"--upper", &upper}, {"--work", &work}, {"--cwd", &cwd}, {"--env-file", &env_file}, {"--pid-file", &pid_file},
      {"--times", &times_file}, {"--memory", &memory}, {"--user", &user}};
  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (!strcmp(word, options[i].name)) {
      *options[i].value = value;
      return 1;
    }
  if (!strcmp(word, "--enter")) return enter = atoi(value);
  if (!strcmp(word, "--tmpfs") && tmpfs_count < TMPFS_MAX) {
    tmpfs[tmpfs_count++] = value;
    return 1;
  }
  return 0;
}

static void read_arguments(int argc, char **argv) {
  int i = 1;
  for (; i < argc && strcmp(argv[i], "--"); i++) {
    if (flag(argv[i])) continue;
    if (i + 1 < argc && option(argv[i], argv[i + 1])) i++;
    else {
      fprintf(stderr, "nsrun: fatal: unknown option %s\n", argv[i]);
      exit(CANNOT_MAKE);
    }
  }
  command = argv + i + 1;
  if (i + 1 >= argc || (!root && !enter)) {
    fprintf(stderr, "nsrun: usage: nsrun [options] --root DIR|--enter PID -- program args...\n");
    exit(CANNOT_MAKE);
  }
}

/* The container's end of the socket is closed once it has its root, or is dead. */
static void await_root(int from) {
  char byte;
  while (read(from, &byte, 1) < 0 && errno == EINTR) continue;
  close(from);
}

static pid_t new_container(int *master) {
  int go[2], pass[2];
  if (pipe2(go, O_CLOEXEC) < 0 || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pass) < 0) fail("make pipes");
  unsigned long flags = CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | SIGCHLD;
  pid_t child = (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
  if (child < 0) fail("make namespaces");
  if (child == 0) {
    close(go[1]);
    close(pass[0]);
    contain(go[0], pass[1]);
  }
  close(go[0]);
  close(pass[1]);
  if (memory) limit_memory(child);
  if (write(go[1], "", 1) != 1) fail("start the container");
  close(go[1]);
  if (tty) *master = receive_master(pass[0]);
  await_root(pass[0]);
  if (pid_file) {
    char text[32], fresh[4096];
    snprintf(text, sizeof text, "%d\n", (int)child);
    snprintf(fresh, sizeof fresh, "%s.new", pid_file);
    write_file(fresh, text);
    if (rename(fresh, pid_file) < 0) fail("write %s", pid_file);
  }
  return child;
}

static pid_t in_container(void) {
  join("uts", CLONE_NEWUTS);
  join("ipc", CLONE_NEWIPC);
  join("net", CLONE_NEWNET);
  join("pid", CLONE_NEWPID);
  join("mnt", CLONE_NEWNS);
  pid_t child = fork();
  if (child < 0) fail("fork");
  if (child == 0) exec_in_container();
  return child;
}

int main(int argc, char **argv) {
  read_arguments(argc, argv);
  read_environment();
  exec_time = mmap(NULL, sizeof *exec_time, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (exec_time == MAP_FAILED) fail("share memory");
  struct sigaction ending = {.sa_handler = end};
  sigaction(SIGTERM, &ending, NULL);
  sigaction(SIGINT, &ending, NULL);
  signal(SIGPIPE, SIG_IGN);
  int master = -1;
  pid_t child = enter ? in_container() : new_container(&master);
  return await(child, master);
}
