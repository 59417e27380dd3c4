/** What a supervisor remembers of the deaths of its service, and the commands that look at it. */
package s6j.commands.deaths;
