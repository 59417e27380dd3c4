/**
 * The language: a script's bytes become words, blocks of words, and words with values substituted.
 * Knows no process.
 */
package s6j.execline.language;
