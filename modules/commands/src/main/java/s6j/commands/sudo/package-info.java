/** Programs that a server runs for a client that may not: s6-sudo and its two halves. */
package s6j.commands.sudo;
