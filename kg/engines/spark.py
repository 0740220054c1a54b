"""Spark: the cores of a cluster, or of one machine.

Rows enter and leave SQL through Parquet files in one folder, which every machine of the cluster must see under the same
path. Spark writes and reads these files in parallel, and so do the tasks that run our Python.
"""

import logging
import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq
from py4j.protocol import Py4JJavaError
from pyspark import Broadcast, SparkConf, SparkContext
from pyspark.errors import PySparkException
from pyspark.java_gateway import launch_gateway
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema
from pyspark.sql.types import StructType

from kg.errors import OutputError
from kg.model.checks import size_in_bytes
from kg.runtime.files import atomic_path

Item = TypeVar("Item")
Result = TypeVar("Result")

SETTINGS = {
    "spark.sql.ansi.enabled": "true",  # a cast or a sum that fails is an error, as in DuckDB, and not NULL
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.parquet.compression.codec": "zstd",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}

BROADCAST_BYTES = 10 * 1024 * 1024
"""Size up to which a table is joined by sending it to every task, unless `set_parallelism` says otherwise."""

MOST_TASKS = 20_000
"""Upper bound of the tasks of a query, because each task costs the driver time."""

_GLOB = re.compile(r"[\\{}\[\]*?]")
_RAISED = re.compile(r"^(?:\w+\.)*\w*(?:Error|Exception|Interrupt|NotARecord|Unknown\w+): .*", re.MULTILINE)


class SparkEngine:
    """One Spark session that stores its tables as Parquet below `folder`; `master` is local by default.

    Under spark-submit, its own options decide master and memory. Otherwise `memory_limit` is the memory of the JVM of
    each executor, and `threads` the cores of a local master. The log lines of the JVM that it starts go to the file
    `log`, by default to standard error.
    """

    dialect = "spark"

    def __init__(
        self,
        folder: Path,
        memory_limit: str = "4GiB",
        threads: int | None = None,
        master: str | None = None,
        log: Path | None = None,
    ) -> None:
        self._folder = folder.resolve()
        self._numbers = count()
        self._paths: dict[str, Path] = {}
        self._schemas: dict[str, StructType] = {}
        # Use the interpreter of this process, unless the user names one: all machines have it at the same path.
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        settings = SETTINGS | self._master_settings(memory_limit, threads, master) | {"spark.app.name": "kg"}
        self._log = log
        # Py4J logs an interrupt with its traceback; the command line reports it in one line.
        logging.getLogger().addFilter(lambda record: not record.getMessage().startswith("KeyboardInterrupt"))
        with self._translated_errors(f"Spark did not start{f' at {master}' if master else ''}"):
            self._spark = _started(settings, log)
        self.parallelism = int(self._spark.sparkContext.defaultParallelism)
        self.set_parallelism(4 * self.parallelism)

    def _master_settings(self, memory_limit: str, threads: int | None, master: str | None) -> dict[str, str]:
        memory = f"{max(1, size_in_bytes('memory_limit', memory_limit) >> 20)}m"
        submitted = "PYSPARK_GATEWAY_PORT" in os.environ
        if master is None and submitted:
            return {}
        if master is None or master.startswith("local"):
            return {
                "spark.master": master or f"local[{threads or '*'}]",
                "spark.driver.memory": memory,
                "spark.ui.enabled": "false",
            } | (
                {} if "," in str(self._folder) else {"spark.local.dir": str(self._folder / "spill")}
            )  # it takes a list
        return {"spark.master": master} | ({} if submitted else {"spark.executor.memory": memory})

    def append(self, name: str, table: pa.Table) -> None:
        """Append rows, as one more file of the table."""
        with atomic_path(self.directory(name) / f"rows-{next(self._numbers):07}.parquet") as path:
            pq.write_table(table, path)
        self._schemas.setdefault(name, from_arrow_schema(table.schema))
        self.refresh(name)

    def create_table(self, name: str, select: str) -> None:
        """Create a table from the result of a SELECT, which runs now; replace an older table."""
        old = self._paths.get(name)
        self._paths[name], self._schemas[name] = self._write(select, name)
        self.refresh(name)
        if old is not None:
            shutil.rmtree(old)

    def create_view(self, name: str, select: str) -> None:
        """Create a view of a SELECT, which runs wherever the view is read."""
        with self._translated_errors("Spark"):
            self._spark.sql(select).createOrReplaceTempView(name)

    def drop(self, *names: str) -> None:
        """Drop tables and views, and remove the files of the tables."""
        for name in names:
            self._spark.catalog.dropTempView(name)
            if path := self._paths.pop(name, None):
                shutil.rmtree(path)

    def attach(self, name: str, path: Path, schema: pa.Schema) -> None:
        """Create the table `name` of a Parquet file, or of a folder of them."""
        self._paths[name], self._schemas[name] = path, from_arrow_schema(schema)
        self.refresh(name)

    def fetch(self, select: str) -> pa.Table:
        """Return a result; it passes through the JVM of the driver."""
        with self._translated_errors("Spark"):
            return self._spark.sql(select).toArrow()

    def rows(self, select: str) -> list[dict[str, Any]]:
        """Return the rows of a small result, each by column name."""
        rows: list[dict[str, Any]] = self.fetch(select).to_pylist()
        return rows

    def stream(self, select: str, batch_rows: int = 65_536) -> Iterator[pa.RecordBatch]:
        """Yield a result in batches, read from the files that the workers wrote."""
        parts = self.partitions(select)
        for part in parts:
            yield from pq.ParquetFile(part).iter_batches(batch_rows)
        self.remove_partitions(parts)

    def close(self) -> None:
        """End the session; the owner of `folder` removes its files."""
        self._spark.stop()

    # -- beyond the protocol of engines: work in parallel on files

    def directory(self, name: str) -> Path:
        """Return the folder with the Parquet files of the table `name`; tasks may add files, then call `refresh`."""
        if name not in self._paths:
            self._paths[name] = self._new(name)
            self._paths[name].mkdir()
        return self._paths[name]

    def refresh(self, name: str) -> None:
        """Include the files that were added to the table `name`."""
        with self._translated_errors("Spark"):  # pass the schema, because inferring it is a Spark job
            files = self._spark.read.schema(self._schemas[name]).parquet(_GLOB.sub(r"\\\g<0>", str(self._paths[name])))
            files.createOrReplaceTempView(name)

    def partitions(self, select: str) -> list[Path]:
        """Write a result as Parquet files and return them in its order; `remove_partitions` removes them."""
        return sorted(self._write(select, "parts")[0].glob("part-*.parquet"))

    def remove_partitions(self, parts: Sequence[Path]) -> None:
        """Remove the files that `partitions` wrote."""
        for folder in {part.parent for part in parts}:
            shutil.rmtree(folder)

    def map(self, function: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
        """Call a function for each item, each in a task on some worker; return the results in order."""
        with self._translated_errors("a task failed"):
            tasks = self._spark.sparkContext.parallelize(items, max(1, len(items)))
            results: list[Result] = tasks.map(function).collect()
            return results

    def broadcast(self, value: Result) -> Broadcast[Result]:
        """Send a value to every worker once."""
        return self._spark.sparkContext.broadcast(value)

    def set_parallelism(self, tasks: int, broadcast: int = BROADCAST_BYTES, *, exactly: bool = False) -> None:
        """Set the number of tasks of the following queries, an upper bound or `exactly` that number.

        Tables of up to `broadcast` bytes are joined by sending them to every task.
        """
        settings: dict[str, Any] = {
            "spark.sql.shuffle.partitions": max(2, min(tasks, MOST_TASKS)),
            "spark.sql.adaptive.coalescePartitions.enabled": str(not exactly).lower(),
            "spark.sql.autoBroadcastJoinThreshold": broadcast,
        }
        for key, value in settings.items():
            self._spark.conf.set(key, value)

    def _write(self, select: str, name: str) -> tuple[Path, StructType]:
        path = self._new(name)
        with self._translated_errors("Spark"):
            result = self._spark.sql(select)
            result.write.parquet(str(path))
        return path, result.schema

    @contextmanager
    def _translated_errors(self, action: str) -> Iterator[None]:
        """Raise OutputError with one line of a Spark error: the last exception in it, because that is the cause."""
        try:
            yield
        except (PySparkException, Py4JJavaError) as error:
            java = getattr(error, "java_exception", None)
            text = f"{java}\n{error}" if java is not None else str(error)
            raised = _RAISED.findall(text)
            reason = " ".join((raised[-1] if raised else text).split())[:300]
            log = f", {self._log}," if self._log else ""
            raise OutputError(f"{action}: {reason}; Spark's own log{log} has the rest") from None

    def _new(self, name: str) -> Path:
        return self._folder / f"{name}-{next(self._numbers):07}"


def _started(settings: dict[str, str], log: Path | None) -> SparkSession:
    """Start the session; on an error kill the JVM, because one that is stopped while it starts can hang for ever.

    Raises OutputError where there is no Java.
    """
    home = os.environ.get("JAVA_HOME")
    if shutil.which(str(Path(home) / "bin" / "java") if home else "java") is None:
        raise OutputError(
            f"Spark needs Java, and there is none {f'in {home}' if home else 'here'}; install Java 17 or 21"
        )
    gateway = SparkContext._gateway  # noqa: SLF001 pyspark has no public access to the JVM of an earlier session
    configuration = SparkConf().setAll(list(settings.items()))
    try:
        with log.open("ab") if log else nullcontext() as file:
            streams = {"stdout": file, "stderr": file} if file else {}
            launch: Callable[..., Any] = launch_gateway  # pyspark gives it no types
            gateway = gateway or launch(configuration, streams)
        context = SparkContext(gateway=gateway, conf=configuration)
        return SparkSession(context)
    except BaseException:
        if gateway is not None and getattr(gateway, "proc", None) is not None:
            gateway.proc.kill()
        raise
