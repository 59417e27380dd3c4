/** Where log lines go: backends that a logging script selects by name. */
package s6j.spi.log;
