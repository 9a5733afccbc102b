"""One module a measurement; each has `measure(bench)`, which returns findings."""
