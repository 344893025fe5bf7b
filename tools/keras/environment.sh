# The commands in this directory source this file, which finds Python and installs the pinned Keras.
#
# The caller sets $here to this directory. The file sets $python, the user's Python 3.11 or newer;
# after install_keras, $venv/bin/python has Keras.
venv=$(dirname "$(dirname "$here")")/build/keras-venv
python=${PYTHON:-python3}

fail() {
    echo "$(basename "$0"): $1" >&2
    exit 2
}

# Prints the comment at the top of the command as its help.
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
        fail "$python is not Python 3.11 or newer; set PYTHON to another interpreter"
}

# The copy of the requirements is written last, so an interrupted installation is repeated.
install_keras() {
    need_python
    cmp -s "$here/requirements.txt" "$venv/installed.txt" && return
    echo "installing Keras into $venv (150 MB of downloads, 690 MB on disk)"
    "$python" -m venv --clear "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
    cp "$here/requirements.txt" "$venv/installed.txt"
}
