/** What other modules see of execline: the list of its commands. */
package s6j.execline;
