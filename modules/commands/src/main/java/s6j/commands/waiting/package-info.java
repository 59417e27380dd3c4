/** Waiting in the calling process: for descriptors, for signals, for a deadline. */
package s6j.commands.waiting;
