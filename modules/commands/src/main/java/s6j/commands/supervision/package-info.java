/** Commands that tell supervisors what to do and say how services are, on our tree and on s6's. */
package s6j.commands.supervision;
