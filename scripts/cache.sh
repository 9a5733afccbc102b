# Sourced by the build scripts: where built artefacts are kept, by the digest of what they are made from.
# A cached artefact is a folder that appears in one rename, so a killed build leaves nothing that looks finished.

aiu_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
aiu_cache=${AIU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/aiu}

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

# Where aiud keeps everything that is not rebuilt: the same rule as the programs have.
state_folder() {
    if [ -n "${AIU_STATE-}" ]; then
        printf '%s\n' "$AIU_STATE"
    elif [ "$(id -u)" = 0 ]; then
        printf '/var/lib/aiu\n'
    else
        printf '%s\n' "$HOME/.local/state/aiu"
    fi
}

# require_command NAME PACKAGE: stop with the package that is missing.
require_command() {
    command -v "$1" >/dev/null || die "$1 is missing; run scripts/install-packages (Debian package: $2)"
}

# digest_of FILE…: one digest over the contents and names of files, in the order given.
digest_of() {
    sha256sum "$@" | sed "s|$aiu_root/||" | sha256sum | cut -c1-16
}

# package_version NAME: the installed version, part of an artefact's digest.
package_version() {
    dpkg-query -W -f '${Package}=${Version}\n' "$1" 2>/dev/null || die "the Debian package $1 is missing; run scripts/install-packages"
}

# cached KIND DIGEST BUILDER: print the folder of the artefact, building it first when it is not there.
# BUILDER is called with an empty folder to fill. Two builders at once wait for each other.
cached() {
    local kind=$1 digest=$2 builder=$3
    local target=$aiu_cache/$kind/$digest
    # What is there needs no lock: somebody may be building another one for minutes.
    if [ -d "$target" ]; then
        touch "$target"
        printf '%s\n' "$target"
        return
    fi
    mkdir -p "$aiu_cache/$kind"
    (
        exec 9>"$aiu_cache/$kind/.lock"
        flock 9
        if [ -d "$target" ]; then
            touch "$target"
        else
            local work
            work=$(mktemp -d "$aiu_cache/$kind/.building-XXXXXX")
            trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
            "$builder" "$work" >&2
            chmod 755 "$work"
            mv -T "$work" "$target"
            trap - EXIT
            # What no checkout has asked for in two weeks is only filling the disk.
            find "$aiu_cache/$kind" -mindepth 1 -maxdepth 1 -type d -mtime +14 -exec rm -rf {} +
        fi
    )
    [ -d "$target" ] || die "building the $kind failed"
    printf '%s\n' "$target"
}
