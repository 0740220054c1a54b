#!/bin/sh
# Load the RDF of a build into a new Virtuoso database and leave the server running (Debian: virtuoso-opensource).
#
#     DBA_PASSWORD=... sh deploy/virtuoso.sh BUILD FOLDER [HTTP_PORT] [SQL_PORT] [MEMORY_MIB]
#
# BUILD has pfocr.ttl, dataset.ttl and vocab.ttl (and queries.ttl, if the build wrote it). FOLDER is made; it gets the
# database and its configuration. Both ports listen on loopback only: put a proxy in front, as deploy/nginx.conf does.
set -eu

if [ $# -lt 2 ]; then
    sed -n '2,4p' "$0" >&2
    exit 2
fi
: "${DBA_PASSWORD:?set it to the password that the administrator of the database shall have}"
case $DBA_PASSWORD in
*[!A-Za-z0-9_]*) echo "DBA_PASSWORD: only letters, digits and _ can be given to isql" >&2; exit 2 ;;
esac
for program in virtuoso-t isql-vt; do
    command -v "$program" > /dev/null || { echo "$program is missing; on Debian: apt install virtuoso-opensource" >&2; exit 2; }
done

build=$(cd "$1" && pwd)
http=${3:-8890} sql=${4:-1111} memory=${5:-2048}
graph=${GRAPH:-https://w3id.org/pfocr-kg/}
mkdir "$2" || { echo "$2 exists; choose a new folder, because a load adds to what a database has" >&2; exit 2; }
folder=$(cd "$2" && pwd)

# A buffer is a page of 8 KiB; Virtuoso's own advice is to leave a third of the memory to the rest.
buffers=$((memory * 128 * 2 / 3))
cat > "$folder/virtuoso.ini" << END
[Database]
DatabaseFile = $folder/virtuoso.db
ErrorLogFile = $folder/virtuoso.log
LockFile = $folder/virtuoso.lck
TransactionFile = $folder/virtuoso.trx
xa_persistent_file = $folder/virtuoso.pxa
[TempDatabase]
DatabaseFile = $folder/temporary.db
TransactionFile = $folder/temporary.trx
[Parameters]
ServerPort = 127.0.0.1:$sql
DirsAllowed = $build
NumberOfBuffers = $buffers
MaxDirtyBuffers = $((buffers * 3 / 4))
[HTTPServer]
ServerPort = 127.0.0.1:$http
ServerThreads = 8
[SPARQL]
DefaultGraph = $graph
ResultSetMaxRows = 100000
MaxQueryExecutionTime = 60
END
virtuoso-t +configfile "$folder/virtuoso.ini" +wait > /dev/null

# The server starts with a password that everybody knows.
echo "set password \"dba\" \"$DBA_PASSWORD\";" | isql-vt "127.0.0.1:$sql" dba dba ERRORS=STDOUT > /dev/null
{
    # isql reads one statement a line.
    for name in pfocr.ttl dataset.ttl vocab.ttl queries.ttl; do
        [ ! -e "$build/$name" ] || echo "ld_dir('$build', '$name', '$graph');"
    done
    echo "rdf_loader_run();"
    echo "checkpoint;"
    echo "SELECT ll_file, ll_error FROM DB.DBA.LOAD_LIST WHERE ll_error IS NOT NULL OR ll_state <> 2;"
    echo "SPARQL SELECT (COUNT(*) AS ?triples) FROM <$graph> WHERE { ?s ?p ?o };"
} > "$folder/load.sql"
isql-vt "127.0.0.1:$sql" dba "$DBA_PASSWORD" ERRORS=STDOUT "$folder/load.sql" > "$folder/load.log" || true
# The list of files that failed must be empty.
if grep -q '\*\*\* Error' "$folder/load.log" || ! grep -q '^0 Rows\.' "$folder/load.log"; then
    cat "$folder/load.log" >&2
    exit 1
fi
echo "SPARQL: http://127.0.0.1:$http/sparql; configuration: $folder/virtuoso.ini; log of the load: $folder/load.log"
