/**
 * The environment as files and as settings: the container environment and other envdirs, the
 * accounts of the image, and every {@code S6_} variable with its default and unit in one table.
 *
 * <p>Must not know: stages, services, what a command does with what it reads here. All files are
 * those of the process that reads them.
 */
module s6j.env {
  requires transitive s6j.posix;

  exports s6j.env;
}
