/** Commands about the attributes of files: changing and testing them. */
package s6j.commands.files;
