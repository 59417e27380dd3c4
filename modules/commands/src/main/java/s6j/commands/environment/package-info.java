/** Commands that read and write environments: envdirs, and the container environment. */
package s6j.commands.environment;
