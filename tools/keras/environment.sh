# Sourced by the commands of this folder: Python and the pinned Keras.
#
# Before: $here is this folder. Afterwards: $python is the user's Python, 3.11 or newer, and
# after install_keras $venv/bin/python has Keras.
venv=$(dirname "$(dirname "$here")")/build/keras-venv
python=${PYTHON:-python3}

fail() {
    echo "$(basename "$0"): $1" >&2
    exit 2
}

# The comment at the head of a command is its help.
help_if_asked() {
    for argument in "$@"; do
        if [[ $argument == -h || $argument == --help ]]; then
            sed -n '2,/^set/{/^set/d;s/^# \{0,1\}//;p}' "$0"
            exit 0
        fi
    done
}

need_python() {
    "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2> /dev/null ||
        fail "Python 3.11 or newer is needed ($python is not; PYTHON=... names another)"
}

# The copy of the requirements is written last, so an interrupted installation is done again.
install_keras() {
    need_python
    cmp -s "$here/requirements.txt" "$venv/installed.txt" && return
    echo "installing Keras into $venv (150 MB of downloads, 690 MB on disk)"
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
}
