#!/usr/bin/env bash
# Brings the grammars of docs/field.md and looks at them: public.sh FOLDER [OPTIONS of tdf-field].
#
# FOLDER/grammars gets the .lalrpop and .lark files of the repositories that public.txt names, at its commits. FOLDER must
# not be in this repository: what it holds belongs to others. REPOSITORIES is where they are cloned from. The Python of
# PATH needs lark, pycparser and graphql-core; luac and node must be there, too.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift
mkdir -p "$folder/grammars"
folder=$(cd "$folder" && pwd)
base=${REPOSITORIES:-https://github.com}

while read -r name commit; do
    out=$folder/grammars/$name@${commit:0:8}
    [ -e "$out" ] && continue
    clone=$folder/clone
    rm -rf "$clone"
    git clone --quiet --no-checkout --filter=blob:none "$base/$name" "$clone" </dev/null
    # A half-made folder must not look like a whole one.
    mkdir -p "$out.part"
    # Links have the mode 120000, and lead to files that are listed themselves.
    git -C "$clone" ls-tree -r -z --format='%(objectmode) %(path)' "$commit" |
        sed -z -n -E 's/^100[0-9]+ (.*\.(lalrpop|lark))$/\1/p' |
        while IFS= read -r -d '' file; do
            mkdir -p "$(dirname "$out.part/$file")"
            git -C "$clone" show "$commit:$file" >"$out.part/$file" </dev/null
        done
    rm -rf "$clone"
    mv "$out.part" "$out"
done <"$here/public.txt"

language() {
    local language=$1
    shift
    for ending in "$@"; do
        options+=(--accept-lines-for "$ending" "python3 '$here/ask_parser.py' $language")
    done
}
options=(--stock-for .lark "python3 '$here/ask_lark.py' check '{}'")
language json LarkJSONParser@5613e3f2/json.lark standalone/json.lark composition/json.lark grammars/json.lark \
    json.lalrpop json_ref.lalrpop lalrpop-json@e41bd3e6/src/grammar.lalrpop
language lua lua.lalrpop lua.lark
language javascript js.lalrpop
language c grammars/c.lark c-compiler@8b5ae597/src/grammar.lalrpop
language sqlite sql.lalrpop sql/parser.lalrpop sqlite3.lalrpop sql.lark sqlite.lark DB-24-1@7126bdae/grammar.lark
language graphql graphql_sdl_grammar.lark
language python-expression grammars/calc.lark arithmetic.lark calculator{1,2,2b,3,4}.lalrpop
options+=(--accept-lines-for .lark "python3 '$here/ask_lark.py' programs '{}'")

cd "$folder/grammars"
cargo run --release --quiet --manifest-path "$here/Cargo.toml" -- . --lalrpop --tokens 20000 "${options[@]}" "$@"
