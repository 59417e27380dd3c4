/** POSIX regular expressions over bytes, matched in linear time. */
package s6j.expressions.regex;
