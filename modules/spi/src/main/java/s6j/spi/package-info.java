/**
 * What a plugin can be: a {@link s6j.spi.StageHook}, a {@link s6j.spi.Background}, a {@link
 * s6j.spi.ServiceListener}, a {@link s6j.spi.HealthCheck}, a {@link s6j.spi.CommandProvider}, or
 * several of them; for log backends see {@link s6j.spi.log}.
 *
 * <h2>The contract for all of them</h2>
 *
 * <ul>
 *   <li><b>How they are found.</b> By {@link java.util.ServiceLoader}: a public class with a public
 *       constructor without parameters, named in {@code provides … with} of the plugin's {@code
 *       module-info.java}, or in {@code META-INF/services}. One object is made of each class, when
 *       the container starts and again when the runtime had to be started again.
 *   <li><b>Where they run.</b> In the JVM that supervises the container, as its user, usually root.
 *       What a plugin does with {@code java.io} it does with these rights. A plugin starts no
 *       process: {@code ProcessBuilder} in this JVM disturbs the reaping of others.
 *   <li><b>Threads.</b> Never the threads of supervision. Whatever a plugin does, services are
 *       supervised meanwhile. Constructors, {@code begin} and stage hooks are called one after
 *       another; the listeners of a plugin, too, independently of these; health checks and commands
 *       at any time, several at once. No two calls need be on the same thread. A plugin may start
 *       threads of its own, as daemons; nobody joins them. An exception that ends one is named.
 *   <li><b>Time.</b> Constructors, stage hooks, service listeners and health checks may block, as
 *       long as {@code S6_PLUGINS_TIMEOUT} says (30 seconds by default). A call that takes longer
 *       is interrupted, named in a line, and its plugin is not called any more.
 *   <li><b>Exceptions.</b> Any {@link Throwable} is named in a line. After one from a constructor
 *       or from a class that cannot be linked the plugin is not used; after one from a call it is
 *       called again the next time. With {@code S6_PLUGINS_STRICT=1} whatever is wrong with a
 *       plugin before CMD runs stops the container.
 *   <li><b>{@code System.exit}</b> does not end the JVM: the calling thread stays where it is for
 *       ever, a line names the plugin, and it is not called any more. {@code Runtime.halt} and
 *       running out of memory do end it; the shim starts it again, services go on meanwhile, and
 *       the plugin whose constructor, {@code begin} or stage hook was running is left out.
 *   <li><b>{@code System.in}</b> has nothing in it, and closing {@code System.out} does nothing:
 *       the JVM's own descriptors are not for plugins.
 *   <li><b>Bytes.</b> What comes from the operating system is an {@link OsString}, never decoded on
 *       its way.
 * </ul>
 *
 * <p>Nothing here is {@code null}, neither what is given nor what is to be returned.
 */
package s6j.spi;
