/** Envdirs, the container environment, accounts and settings. */
package s6j.env;
