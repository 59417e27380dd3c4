/** The commands, a class for each or for each family. */
package s6j.execline.commands;
