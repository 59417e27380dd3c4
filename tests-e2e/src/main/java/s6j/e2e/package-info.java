/**
 * Containers for tests, the demonstration and the measurements: a {@link s6j.e2e.Recipe} says what
 * one is made of, a {@link s6j.e2e.Runner} starts it as a {@link s6j.e2e.Container}.
 *
 * <p>Two runners do the same by different means: {@link s6j.e2e.NamespaceRunner} with a small C
 * program, in tens of milliseconds and without a daemon; {@link s6j.e2e.DockerRunner} with Docker.
 * Text is Latin-1, a character a byte.
 */
package s6j.e2e;
