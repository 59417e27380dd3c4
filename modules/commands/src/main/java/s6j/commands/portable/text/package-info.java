/** Commands that read text and write what they make of it. */
package s6j.commands.portable.text;
