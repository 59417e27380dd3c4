package s6j.e2e;

/** A way to start containers. */
public sealed interface Runner permits NamespaceRunner, DockerRunner {
  /** Namespaces made by a program of ours: fast, needs root and nothing else. */
  NamespaceRunner NAMESPACE = new NamespaceRunner();

  /** Real Docker. A daemon is started when none answers; failing that, every test on it fails. */
  DockerRunner DOCKER = new DockerRunner();

  /** Starts a container. Whoever starts it closes it. */
  Container start(Recipe recipe);

  /** Starts a container and waits for its end. */
  default Outcome run(Recipe recipe) {
    try (Container container = start(recipe)) {
      return container.awaitExit();
    }
  }
}
