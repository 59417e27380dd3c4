/**
 * The s6-portable-utils. Rooms: {@code words} is about its arguments, {@code process} about the
 * calling process and its environment, {@code text} reads and writes lines, {@code tree} is about
 * files and directories; {@code stream} is what the last two read and write with.
 */
package s6j.commands.portable;
