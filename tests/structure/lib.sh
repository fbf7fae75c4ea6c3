# Shared by the structure checks: the files to look at, from git where there is one, else from disk.
set -uo pipefail
root=$1
cd "$root" || exit 1
failed=0

fail() {
    echo "$1"
    failed=1
}

# Every file of ours, one per line, relative to the root; arguments restrict to folders.
our_files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files --cached --others --exclude-standard -- "$@"
    else
        find "${@:-.}" -type f -not -path './build/*' -not -path './.git/*' | sed 's|^\./||'
    fi | while IFS= read -r file; do [ -f "$file" ] && printf '%s\n' "$file"; done
}
