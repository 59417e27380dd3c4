/** A small HTTP server, of java.base alone. */
package s6j.plugin.http;
