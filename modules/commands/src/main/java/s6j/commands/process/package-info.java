/** Commands about processes and what they have: locks, limits, descriptors, children. */
package s6j.commands.process;
