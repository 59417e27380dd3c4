/** Servers and clients of Unix sockets, and who may talk to them. */
package s6j.commands.ipc;
