# Sourced after cache.sh by the scripts whose source comes with a Python package, pinned by version and digest.

# fetch_package OUT REQUIREMENT ARCHIVE SHA256 BACKEND: the package's archive, into the folder OUT. REQUIREMENT is
# NAME==VERSION, BACKEND the module that builds the package.
fetch_package() {
    local out=$1 requirement=$2 archive=$3 sha256=$4 backend=${5//./\/} asked=$1/asked
    local name=${requirement%%==*} version=${requirement##*==} script
    script=$(basename "$0")
    require_command python3 python3
    python3 -m pip --version >/dev/null 2>&1 || die "pip is missing; run scripts/install-packages (Debian package: python3-pip)"
    say "$script: fetching $archive from the Python package index"
    # pip asks a source package for its metadata by running the package's build program, which it would first have to
    # fetch. This one in its place answers, and runs nothing; `__legacy__` is for packages that name no program.
    mkdir -p "$asked/${backend%/*}"
    : >"$asked/${backend%/*}/__init__.py"
    cat >"$asked/$backend.py" <<EOF
import os

def prepare_metadata_for_build_wheel(folder, settings=None):
    name = "${archive%.tar.gz}.dist-info"
    os.mkdir(os.path.join(folder, name))
    with open(os.path.join(folder, name, "METADATA"), "w") as file:
        file.write("Metadata-Version: 2.1\nName: $name\nVersion: $version\n")
    return name

class __legacy__:
    prepare_metadata_for_build_wheel = staticmethod(prepare_metadata_for_build_wheel)
EOF
    PYTHONPATH=$asked python3 -m pip download --quiet --disable-pip-version-check --no-deps --no-build-isolation --use-pep517 \
        --no-binary :all: --dest "$out" "$requirement" \
        || die "could not fetch $name $version from the Python package index; check the network and pip's settings"
    rm -rf "$asked"
    echo "$sha256  $out/$archive" | sha256sum --check --quiet >&2 || die "$archive is not the file that scripts/$script expects"
}

# link_artefact NAME FOLDER: point build/NAME to what was built, and print its folder.
link_artefact() {
    mkdir -p "$aiu_root/build"
    if [ "$(readlink "$aiu_root/build/$1")" != "$2" ]; then
        ln -sfT "$2" "$aiu_root/build/$1"
    fi
    printf '%s\n' "$2"
}
