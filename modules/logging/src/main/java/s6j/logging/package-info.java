/** The logger: reads lines, follows a script, hands them to outputs. */
package s6j.logging;
