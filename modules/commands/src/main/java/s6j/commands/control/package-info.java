/** Commands that control other processes: the supervision tree, and a program that may fail. */
package s6j.commands.control;
