#!/usr/bin/env bash
# Puts the texts of docs/commands into a directory: as they are in help/, for `NAME --help`, and as manual pages in man/man1/. A text is
# blocks with empty lines between: "NAME - what it does"; the usage; paragraphs, lists of "  HEAD  TEXT", and, four blanks deep, examples.
set -euo pipefail
to=$(realpath -m "${1:?usage: release/manual.sh DIRECTORY}")
cd "$(dirname "$0")/../docs/commands"

copy_texts() {
  local text
  for text in *.txt; do
    install -m 644 "$text" "$to/help/${text%.txt}"
  done
}

make_pages() {
  awk -v to="$to/man/man1" '
    function roff(text) {
      gsub(/\\/, "\\(rs", text); gsub(/-/, "\\-", text); gsub(/\^/, "\\(ha", text); gsub(/~/, "\\(ti", text)
      gsub(/`/, "\\(ga", text); gsub(/'\''/, "\\(aq", text)
      return text ~ /^\./ ? "\\&" text : text
    }
    function put(line) { print line > page }
    function trimmed(text) { sub(/^ +/, "", text); return text }
    function begin(  name) {
      if (page) { finish(); close(page) }
      name = FILENAME; sub(/\.txt$/, "", name)
      page = to "/" name ".1"; kind = ""; described = 0
      put(".TH " roff(name) " 1 \"\" s6j s6j")
      put(".SH NAME"); put(roff(name) " \\- " roff(substr($0, length(name) + 4)))
    }
    function finish() { if (kind == "verbatim" || kind == "usage") put(".fi"); kind = "" }
    function describe() { if (!described) put(".SH DESCRIPTION"); described = 1 }
    function open_block() {
      if ($0 ~ /^usage: /) { kind = "usage"; put(".SH SYNOPSIS"); put(".nf"); sub(/^usage: /, "") }
      else if ($0 ~ /^see also: /) { kind = "text"; put(".SH SEE ALSO"); sub(/^see also: /, "") }
      else if ($0 ~ /^    /) { kind = "verbatim"; describe(); put(".PP"); put(".nf") }
      else if ($0 ~ /^  /) { kind = "items"; describe() }
      else { kind = "text"; if (described) put(".PP"); describe() }
    }
    function item(  at) {
      put(".TP"); at = match($0, /[^ ]  +/)
      put(roff(trimmed(at ? substr($0, 1, at) : $0)))
      if (at) put(roff(substr($0, at + RLENGTH)))
    }
    FNR == 1 { begin(); next }
    $0 == "" { finish(); next }
    { if (kind == "") open_block() }
    kind == "items" && /^  [^ ]/ { item(); next }
    kind == "usage" { sub(/^       /, ""); put(roff($0)); next }
    kind == "verbatim" { put(roff(substr($0, 5))); next }
    { put(roff(trimmed($0))) }
    END { finish() }
  ' *.txt
}

rm -rf "$to/help" "$to/man"
mkdir -p "$to/help" "$to/man/man1"
copy_texts
make_pages
