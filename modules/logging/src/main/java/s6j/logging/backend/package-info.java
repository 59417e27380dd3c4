/** The kinds of place that {@code plugin:name} can mean: those of our own, and plugins. */
package s6j.logging.backend;
