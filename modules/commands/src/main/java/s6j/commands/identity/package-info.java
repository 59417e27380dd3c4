/** Commands that change who a process is: its user and groups, its session and process group. */
package s6j.commands.identity;
