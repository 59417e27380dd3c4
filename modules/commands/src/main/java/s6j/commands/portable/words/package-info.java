/** Commands that write what they make of their arguments. */
package s6j.commands.portable.words;
