/**
 * Fifodirs, s6's way of telling events to any number of listeners, and the commands that make them,
 * tell events, wait for them, and tell a supervisor that its service is ready.
 */
package s6j.commands.notification;
