#!/bin/sh
# Installed by `hognose install-hook`; `hognose install-hook --remove` takes it away again.
# Looks for secrets in the commits that are about to be pushed.

# git says on standard input what is pushed, and everybody is to hear it.
lines=$(cat)
say() {
    [ -z "$lines" ] || printf '%s\n' "$lines"
}

# The hook that was here before comes first. (pre-commit, the framework, may have moved this hook
# aside to call it, and must then not be called again.)
kept=$(dirname -- "$0")/pre-push.before-hognose
if [ -x "$kept" ]; then
    if [ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || ! grep -q hook-impl "$kept"; then
        say | "$kept" "$@" || exit $?
    fi
fi

hognose=@PROGRAM@
if [ ! -x "$hognose" ] && ! hognose=$(command -v hognose); then
    echo >&2 "hognose is not installed any more, so nobody looked for secrets. Install it, remove"
    echo >&2 "$0, or push with --no-verify."
    exit 1
fi

say | "$hognose" secrets --stdin --remote "$1"
code=$?
# 3: some of it could not be looked at. That has been said, and is no reason to refuse.
[ $code -eq 3 ] && exit 0
exit $code
