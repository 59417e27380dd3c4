/** Loads plugins and runs their code so that it harms nobody. */
package s6j.plugin;
