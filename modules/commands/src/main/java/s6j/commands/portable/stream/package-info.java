/** Data through a process: read, copied, split into lines and spooled, in bounded memory. */
package s6j.commands.portable.stream;
