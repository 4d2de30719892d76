# SPDX-License-Identifier: GPL-2.0-or-later
# layers.awk layers.txt FILE… : every include of every file against the rules; cycles between headers.
function stage_of(path,   parts) {
    if (path ~ /^include\//) return "public"
    split(path, parts, "/")
    return parts[3] == "" ? "tian" : parts[2]
}
function complain(text) { print FILENAME ":" FNR ": " text; bad++ }
FNR == NR {
    if ($1 == "stage") {
        known[$2] = 1
        for (i = 3; i <= NF; i++) if ($i == "+") open[$2] = 1; else may[$2, $i] = 1
        nrules++
    }
    if ($1 == "door") { doors[++ndoors] = $2; for (i = 3; i <= NF; i++) allowed[$2] = allowed[$2] " " $i }
    next
}
FNR == 1 { files++ }
/^[ \t]*extern .*[;(]/ && FILENAME ~ /\.c$/ { complain("extern in a .c file: declare it in a header") }
/^[ \t]*#[ \t]*include/ {
    name = $0; sub(/^[^"<]*["<]/, "", name); sub(/[">].*$/, "", name)
    own = stage_of(FILENAME)
    if ($0 ~ /"/) {
        split(name, parts, "/"); other = parts[1]
        if (name ~ /\.h$/ && name ~ /\//) {
            if (other != own) {
                if (!((own, other) in may) && !(other == "base" && own != "public")) complain(own " may not include " name)
                else if (!(other in open) && name != other "/" other ".h") complain("private header of another stage: " name)
            }
            if (FILENAME ~ /\.h$/) { edge[FILENAME, ++deg[FILENAME]] = "src/" name }
        }
    }
    for (d = 1; d <= ndoors; d++) if (index(name, doors[d]) == 1) {
        ok = 0; n = split(allowed[doors[d]], places, " ")
        for (i = 1; i <= n; i++) if (index(FILENAME, places[i]) == 1) ok = 1
        if (!ok) complain(name " is behind a door:" allowed[doors[d]])
    }
}
function visit(f,   i) {
    if (state[f] == 1) { print "include cycle through " f; bad++; return }
    if (state[f] == 2) return
    state[f] = 1
    for (i = 1; i <= deg[f]; i++) visit(edge[f, i])
    state[f] = 2
}
END {
    for (f in deg) visit(f)
    printf "layers: %d files, %d violations\n", files, bad
    exit bad > 0
}
