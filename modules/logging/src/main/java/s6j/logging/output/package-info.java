/** Where lines go: streams, status files and log directories. */
package s6j.logging.output;
