# Sourced: what the architectures of releases are called elsewhere, and where the parts of theirs are kept.
# architecture NAME sets debian (Debian's name), triplet (GNU's), binutils (the prefix of its tools), qemu (the emulator),
# cross (Debian's package of its compiler), debian_root, debian_jmods.
# shellcheck disable=SC2034
architecture() {
  case $1 in
    amd64) debian=amd64 triplet=x86_64-linux-gnu cross=gcc-x86-64-linux-gnu qemu=x86_64 ;;
    arm64) debian=arm64 triplet=aarch64-linux-gnu cross=gcc-aarch64-linux-gnu qemu=aarch64 ;;
    arm-v7)
      echo "fatal: arm/v7 can't be served: of openjdk-25 Debian trixie has only Zero for it, an interpreter that knows none of our options" >&2
      return 1
      ;;
    ppc64le) debian=ppc64el triplet=powerpc64le-linux-gnu cross=gcc-powerpc64le-linux-gnu qemu=ppc64le ;;
    s390x) debian=s390x triplet=s390x-linux-gnu cross=gcc-s390x-linux-gnu qemu=s390x ;;
    riscv64) debian=riscv64 triplet=riscv64-linux-gnu cross=gcc-riscv64-linux-gnu qemu=riscv64 ;;
    *)
      echo "fatal: no architecture $1: there are amd64, arm64, ppc64le, s390x, riscv64 and noarch" >&2
      return 1
      ;;
  esac
  binutils=$triplet-
  debian_cache=${XDG_CACHE_HOME:-$HOME/.cache}/s6j/debian
  debian_root=$debian_cache/$debian
  debian_jmods=$debian_cache/jmods-$debian
}
