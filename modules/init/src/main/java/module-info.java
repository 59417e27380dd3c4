/**
 * Stages 1, 2 and 3 of a container's life, CMD, and the way down. The one module that knows all
 * others.
 */
module s6j.init {
  requires s6j.attrs;
  requires s6j.chain;
  requires s6j.commands;
  requires s6j.env;
  requires s6j.execline;
  requires s6j.logging;
  requires s6j.plugin;
  requires s6j.posix;
  requires s6j.supervise;
}
