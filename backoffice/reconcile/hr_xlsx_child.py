"""Parse an XLSX workbook from standard input into Arrow streams on standard output, one a sheet.

Run as a script in a process of its own with limits on memory and processor time: a workbook of a few
kilobytes can name a cell in the last row and column and make any reader ask for gigabytes.
It imports nothing of the application, so that it starts quickly.
"""

import resource
import sys

import fastexcel

MEMORY_BYTES = 3 * 1024**3
PROCESSOR_SECONDS = 60


def main() -> None:
    """Write a stream of text columns for every visible sheet that has cells; its name is in the schema."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pyarrow as pa  # noqa: PLC0415 - under the limits

    workbook = fastexcel.read_excel(sys.stdin.buffer.read())
    for name in workbook.sheet_names:
        sheet = workbook.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        if sheet.visible != "visible" or not sheet.width:
            continue
        batch = sheet.to_arrow()
        schema = batch.schema.with_metadata({"sheet": name})
        with pa.ipc.new_stream(sys.stdout.buffer, schema) as stream:
            stream.write_batch(pa.RecordBatch.from_arrays(batch.columns, schema=schema))


if __name__ == "__main__":
    main()
