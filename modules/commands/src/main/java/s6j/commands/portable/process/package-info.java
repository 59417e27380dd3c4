/** Commands about the calling process: its environment, its time, and what it goes on as. */
package s6j.commands.portable.process;
