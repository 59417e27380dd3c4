/**
 * Service directories that are put into scan directories and taken out again: links, instances of a
 * template, and the directories that users' trees and instanced services are made of.
 */
package s6j.commands.instances;
