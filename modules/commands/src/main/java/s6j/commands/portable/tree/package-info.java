/** Commands that make, link, copy, list and remove files and directories. */
package s6j.commands.portable.tree;
