/** Access rules of Unix-socket servers: as a directory, as a cdb, and what they say of a client. */
package s6j.commands.access;
