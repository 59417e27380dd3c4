/** s6-log and its helpers, as commands. */
package s6j.logging.commands;
