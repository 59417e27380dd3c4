/** See the comment of the module. */
package s6j.commands;
