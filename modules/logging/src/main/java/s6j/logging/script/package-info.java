/** The language of s6-log: directives become immutable values. No input or output. */
package s6j.logging.script;
