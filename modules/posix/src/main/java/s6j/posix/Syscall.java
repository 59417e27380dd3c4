package s6j.posix;

/**
 * The system calls that are asked for, with their numbers on each architecture. Only calls that
 * exist everywhere: the {@code *at} forms, {@code dup3}, {@code ppoll}, {@code statx}. Columns:
 * amd64, arm64 (also riscv64), arm, ppc64le, s390x.
 */
public enum Syscall {
  READ(0, 63, 3, 3, 3),
  WRITE(1, 64, 4, 4, 4),
  CLOSE(3, 57, 6, 6, 6),
  LSEEK(8, 62, 19, 19, 19),
  IOCTL(16, 29, 54, 54, 54),
  GETPID(39, 172, 20, 20, 20),
  SOCKET(41, 198, 281, 326, 359),
  CONNECT(42, 203, 283, 328, 362),
  ACCEPT4(288, 242, 366, 344, 364),
  SENDTO(44, 206, 290, 335, 369),
  SENDMSG(46, 211, 296, 341, 370),
  RECVMSG(47, 212, 297, 342, 372),
  SHUTDOWN(48, 210, 293, 338, 373),
  BIND(49, 200, 282, 327, 361),
  LISTEN(50, 201, 284, 329, 363),
  GETSOCKNAME(51, 204, 286, 331, 367),
  GETSOCKOPT(55, 209, 295, 340, 365),
  EXECVE(59, 221, 11, 11, 11),
  EXIT_GROUP(231, 94, 248, 234, 248),
  WAIT4(61, 260, 114, 114, 114),
  WAITID(247, 95, 280, 272, 281),
  KILL(62, 129, 37, 37, 37),
  FCNTL(72, 25, 221, 55, 55),
  FLOCK(73, 32, 143, 143, 143),
  FSYNC(74, 82, 118, 118, 118),
  FTRUNCATE(77, 46, 93, 93, 93),
  GETCWD(79, 17, 183, 182, 183),
  CHDIR(80, 49, 12, 12, 12),
  FCHDIR(81, 50, 133, 133, 133),
  FCHMOD(91, 52, 94, 94, 94),
  UMASK(95, 166, 60, 60, 60),
  GETUID(102, 174, 199, 24, 199),
  GETGID(104, 176, 200, 47, 200),
  GETEUID(107, 175, 201, 49, 201),
  GETEGID(108, 177, 202, 50, 202),
  SETPGID(109, 154, 57, 57, 57),
  GETPPID(110, 173, 64, 64, 64),
  SETSID(112, 157, 66, 66, 66),
  GETPGID(121, 155, 132, 132, 132),
  GETSID(124, 156, 147, 147, 147),
  SETGROUPS(116, 159, 206, 81, 206),
  GETGROUPS(115, 158, 205, 80, 205),
  SETRESUID(117, 147, 208, 164, 208),
  SETRESGID(119, 149, 210, 169, 210),
  RT_SIGACTION(13, 134, 174, 173, 174),
  RT_SIGPROCMASK(14, 135, 175, 174, 175),
  PRCTL(157, 167, 172, 171, 172),
  SYNC(162, 81, 36, 36, 36),
  SENDFILE(40, 71, 187, 186, 187),
  UNAME(63, 160, 122, 122, 122),
  GETPRIORITY(140, 141, 96, 96, 96),
  SETPRIORITY(141, 140, 97, 97, 97),
  GETDENTS64(217, 61, 217, 202, 220),
  /** On arm the variant with 64 bits of seconds, as everywhere else. */
  CLOCK_SETTIME(227, 112, 404, 245, 259),
  OPENAT(257, 56, 322, 286, 288),
  MKDIRAT(258, 34, 323, 287, 289),
  MKNODAT(259, 33, 324, 288, 290),
  FCHOWNAT(260, 54, 325, 289, 291),
  UNLINKAT(263, 35, 328, 292, 294),
  SYMLINKAT(266, 36, 331, 295, 297),
  LINKAT(265, 37, 330, 294, 296),
  READLINKAT(267, 78, 332, 296, 298),
  FCHMODAT(268, 53, 333, 297, 299),
  FACCESSAT(269, 48, 334, 298, 300),
  SPLICE(275, 76, 340, 283, 306),
  TEE(276, 77, 342, 284, 308),
  PPOLL(271, 73, 414, 281, 302),
  EPOLL_CTL(233, 21, 251, 237, 250),
  EPOLL_PWAIT(281, 22, 346, 303, 312),
  EPOLL_CREATE1(291, 20, 357, 315, 327),
  UTIMENSAT(280, 88, 412, 304, 315),
  SIGNALFD4(289, 74, 355, 313, 322),
  DUP3(292, 24, 358, 316, 326),
  PIPE2(293, 59, 359, 317, 325),
  PRLIMIT64(302, 261, 369, 325, 334),
  SYNCFS(306, 267, 373, 348, 338),
  SCHED_SETATTR(314, 274, 380, 355, 345),
  SCHED_GETATTR(315, 275, 381, 356, 346),
  RENAMEAT2(316, 276, 382, 357, 347),
  STATX(332, 291, 397, 383, 379),
  SETNS(308, 268, 375, 350, 339),
  UNSHARE(272, 97, 337, 282, 303),
  CLOSE_RANGE(436, 436, 436, 436, 436),
  FACCESSAT2(439, 439, 439, 439, 439),
  FCHMODAT2(452, 452, 452, 452, 452);

  private final int[] numbers;

  Syscall(int amd64, int arm64, int arm, int ppc64le, int s390x) {
    numbers = new int[] {amd64, arm64, arm, ppc64le, s390x, arm64};
  }

  /** The number of this call on {@code arch}. */
  public int number(Arch arch) {
    return numbers[arch.ordinal()];
  }
}
