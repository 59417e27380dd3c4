package s6j.commands.instances;

import static s6j.posix.CallList.number;
import static s6j.posix.CallList.string;

import s6j.chain.CommandException;
import s6j.chain.Invocation;
import s6j.posix.Bytes;
import s6j.posix.CallList;
import s6j.posix.Files;
import s6j.posix.PosixException;
import s6j.posix.Syscall;

/** Makes service directories, for a scan directory or as sources of s6-rc. */
final class DirectoryMaker {
  private static final int FILE = 0666;
  private static final int SCRIPT = 0777;
  private static final Bytes LONGRUN = Bytes.of("longrun\n");

  private final Invocation call;

  DirectoryMaker(Invocation call) {
    this.call = call;
  }

  /**
   * Makes a service and its logger, in the form that is asked for.
   *
   * @param root the directory to be made
   * @param run the run script of the service
   * @param logger the run script of the logger, or null for none
   * @param names its names as sources of s6-rc, or null for a service directory
   * @return the directory of the service
   */
  Bytes make(Bytes root, Bytes run, Bytes logger, Pipeline names) throws CommandException {
    directory(root);
    if (names == null) {
      service(root, run, SCRIPT);
      if (logger != null) {
        directory(root.slash("log"));
        service(root.slash("log"), logger, SCRIPT);
      }
      return root;
    }
    Bytes service = root.slash(names.service());
    directory(service);
    service(service, run, FILE);
    file(service.slash("type"), LONGRUN, FILE);
    if (names.logger() == null) {
      return service;
    }
    file(service.slash("producer-for"), names.logger().plus("\n"), FILE);
    Bytes log = root.slash(names.logger());
    directory(log);
    service(log, logger, FILE);
    file(log.slash("type"), LONGRUN, FILE);
    file(log.slash("consumer-for"), names.service().plus("\n"), FILE);
    if (names.pipeline() != null) {
      file(log.slash("pipeline-name"), names.pipeline().plus("\n"), FILE);
    }
    return service;
  }

  private void service(Bytes directory, Bytes run, int mode) throws CommandException {
    file(directory.slash("run"), run, mode);
    file(directory.slash("notification-fd"), Bytes.of("3\n"), FILE);
  }

  void directory(Bytes path) throws CommandException {
    CallList calls = new CallList();
    calls.add(Syscall.MKDIRAT, number(CallList.AT_FDCWD), string(path), number(0777));
    try {
      call.posix().call(calls);
    } catch (PosixException e) {
      throw CommandException.unable("mkdir " + path, e);
    }
  }

  private void file(Bytes path, Bytes content, int mode) throws CommandException {
    try {
      new Files(call.posix()).write(path, content, mode);
    } catch (PosixException e) {
      throw CommandException.unable("write to " + path, e);
    }
  }
}
