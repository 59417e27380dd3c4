/**
 * What the plugins that send lines over a network share: options, addresses, connections, JSON and
 * the sending side of HTTP/1.1, with {@code java.base} alone.
 *
 * <p>Never a jar of its own in a container: the build of each plugin compiles a copy of these
 * sources in a package below the plugin's own ({@code plugins/parent/pom.xml}).
 *
 * <p>Everything that blocks is interruptible, as {@link s6j.spi.log.LogDestination} asks for.
 */
package s6j.plugin.wire;
