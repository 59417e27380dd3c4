/**
 * Reads secrets from files into the container's environment: {@code FILE__NAME=/run/secrets/name}
 * becomes {@code NAME} with the content of that file.
 */
@SuppressWarnings("requires-automatic")
module s6j.plugin.secrets {
  requires s6j.spi;
  requires static com.google.auto.service;

  provides s6j.spi.StageHook with
      s6j.plugin.secrets.Secrets;
}
