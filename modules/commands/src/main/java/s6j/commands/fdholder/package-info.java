/**
 * The descriptor holder: a server that keeps descriptors of others by name, and its clients. Wire
 * and rights are those of s6-fdholderd.
 */
package s6j.commands.fdholder;
