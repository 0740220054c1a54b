# Try each extra of an installed wheel, outside the checkout: FOLDER has wheel/bin and seeds.
# Usage: bash -euo pipefail tools/try_wheel.sh FOLDER
cd "$1"
kg=wheel/bin/kg
"$kg" build seeds -o out --quiet
"$kg" query partners --build out -f tsv | wc -l
"$kg" export --build out -f cx2 -o network.cx2
"$kg" plot network --build out -o network.png # extra plot
"$kg" validate --build out                    # extra validate
"$kg" release published --build out           # with the definitions of columns that the wheel brings
(cd published && sha256sum --check --quiet SHA256SUMS)
"$kg" mcp --build out </dev/null              # extra mcp
"$kg" serve out --port 18080 &                # extra serve
server=$!
trap 'kill "$server"' EXIT
curl --silent --fail --retry 30 --retry-connrefused --retry-delay 1 http://127.0.0.1:18080/ >/dev/null
kill "$server"
wait "$server" || true
trap - EXIT
"$kg" build seeds -o spark --engine spark --quiet # extra spark
ls spark/tables | wc -l
