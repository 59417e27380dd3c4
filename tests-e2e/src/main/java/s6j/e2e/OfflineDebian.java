package s6j.e2e;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A Debian for Dockerfiles that install packages: where {@code docker build} has no network, apt
 * finds them in a folder of the image.
 */
public final class OfflineDebian {
  /** What can be installed, with all that it depends on. */
  private static final String PACKAGES = "nginx php-fpm cron";

  private static final String IMAGE = "s6j-e2e-offline-debian";

  private OfflineDebian() {}

  /** The image's name in Docker. */
  public static synchronized String image() {
    Path root = root();
    String name = IMAGE + ":" + root.getFileName();
    if (Docker.attempt("image", "inspect", name).code() != 0) {
      Docker.importRoot(root, name);
    }
    return name;
  }

  /* Beside the Debian that it is made from, as it is as much work for the network. */
  private static Path root() {
    Path debian = Image.DEBIAN.bare();
    Path root = debian.resolveSibling(debian.getFileName() + "-" + PACKAGES.replace(' ', '-'));
    if (!Files.exists(root)) {
      Host.shell(
          """
          fresh="$2.new.$$" packages=$3
          trap 'rm -rf "$fresh"' EXIT
          cp -a "$1" "$fresh"
          rm -rf "$fresh"/usr/share/doc "$fresh"/usr/share/man "$fresh"/usr/share/locale
          cp /etc/resolv.conf "$fresh/etc/resolv.conf"
          chroot "$fresh" sh -euc '
            apt-get update -q -o Acquire::Retries=3
            apt-get install -q -o Acquire::Retries=3 -y --no-install-recommends --download-only $1
            mkdir /srv/packages
            mv /var/cache/apt/archives/*.deb /srv/packages/
            cd /srv/packages
            for deb in *.deb; do
              dpkg-deb -f "$deb"
              echo "Filename: ./$deb"
              echo "Size: $(stat -c %s "$deb")"
              echo "SHA256: $(sha256sum "$deb" | cut -d " " -f 1)"
              echo
            done >Packages
            apt-get clean
            rm -rf /var/lib/apt/lists/*
            echo "deb [trusted=yes] file:/srv/packages ./" >/etc/apt/sources.list
            # As in the Debian of the registry: nothing is started, no documents, and the disk need not keep up.
            printf "#!/bin/sh\\nexit 101\\n" >/usr/sbin/policy-rc.d
            chmod 755 /usr/sbin/policy-rc.d
            for what in doc man locale; do echo "path-exclude /usr/share/$what/*"; done >/etc/dpkg/dpkg.cfg.d/docker
            echo force-unsafe-io >>/etc/dpkg/dpkg.cfg.d/docker
          ' sh "$packages"
          mv -T "$fresh" "$2"
          """,
          debian, root, PACKAGES);
    }
    return root;
  }
}
