#!/bin/sh
# Installed by `hognose install-hook`; `hognose install-hook --remove` takes it away again.
# Looks for secrets in what is about to be committed.

# The hook that was here before comes first. (pre-commit, the framework, may have moved this hook
# aside to call it, and must then not be called again.)
kept=$(dirname -- "$0")/pre-commit.before-hognose
if [ -x "$kept" ]; then
    if [ -z "$PRE_COMMIT_RUNNING_LEGACY" ] || ! grep -q hook-impl "$kept"; then
        "$kept" "$@" || exit $?
    fi
fi

hognose=@PROGRAM@
if [ ! -x "$hognose" ] && ! hognose=$(command -v hognose); then
    echo >&2 "hognose is not installed any more, so nobody looked for secrets. Install it, remove"
    echo >&2 "$0, or commit with --no-verify."
    exit 1
fi

"$hognose" secrets --staged
code=$?
# 3: some of it could not be looked at. That has been said, and is no reason to refuse.
[ $code -eq 3 ] && exit 0
exit $code
