"""Processes of their own that need not import everything anew: a server that has imported once forks them."""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["backoffice.services.queue", "backoffice.ports.directory_write_ldap", "tests.real.worker_program", "flask.cli"]
)
