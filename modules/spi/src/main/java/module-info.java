/**
 * What a plugin sees of s6j: the interfaces that a jar in {@code /etc/s6/plugins} implements.
 *
 * <p>Must not know: anything of s6j. It depends on {@code java.base} alone, so that a plugin is
 * compiled against this module and nothing else.
 */
module s6j.spi {
  exports s6j.spi;
  exports s6j.spi.log;
}
