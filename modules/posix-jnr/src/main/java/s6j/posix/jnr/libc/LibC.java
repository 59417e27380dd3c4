package s6j.posix.jnr.libc;

import jnr.ffi.types.intptr_t;
import jnr.ffi.types.size_t;
import jnr.ffi.types.ssize_t;

/**
 * What is called in the C library. Every address is a number: all memory is ours, and none of it is
 * managed by jnr.
 */
public interface LibC {
  @ssize_t
  long syscall(
      @ssize_t long number,
      @ssize_t long a,
      @ssize_t long b,
      @ssize_t long c,
      @ssize_t long d,
      @ssize_t long e,
      @ssize_t long f);

  @intptr_t
  long calloc(@size_t long count, @size_t long size);

  void free(@intptr_t long address);

  int poll(@intptr_t long descriptors, @size_t long count, int timeout);

  int waitid(int idType, int id, @intptr_t long info, int options);

  int umask(int mask);

  int sigfillset(@intptr_t long set);

  /**
   * Takes a seventh argument, which C ignores: what jnr-ffi 2.2 compiles for amd64 passes the sixth
   * of six from the wrong place, and for seven it compiles nothing.
   */
  int posix_spawn(
      @intptr_t long pid,
      @intptr_t long path,
      @intptr_t long actions,
      @intptr_t long attributes,
      @intptr_t long arguments,
      @intptr_t long environment,
      @intptr_t long unused);

  int posix_spawn_file_actions_init(@intptr_t long actions);

  int posix_spawn_file_actions_destroy(@intptr_t long actions);

  int posix_spawn_file_actions_adddup2(@intptr_t long actions, int from, int to);

  int posix_spawn_file_actions_addclose(@intptr_t long actions, int fd);

  int posix_spawn_file_actions_addopen(
      @intptr_t long actions, int fd, @intptr_t long path, int flags, int mode);

  int posix_spawn_file_actions_addfchdir_np(@intptr_t long actions, int fd);

  int posix_spawn_file_actions_addtcsetpgrp_np(@intptr_t long actions, int fd);

  int posix_spawnattr_init(@intptr_t long attributes);

  int posix_spawnattr_destroy(@intptr_t long attributes);

  int posix_spawnattr_setflags(@intptr_t long attributes, short flags);

  int posix_spawnattr_setpgroup(@intptr_t long attributes, int group);

  int posix_spawnattr_setsigmask(@intptr_t long attributes, @intptr_t long set);

  int posix_spawnattr_setsigdefault(@intptr_t long attributes, @intptr_t long set);
}
