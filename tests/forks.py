"""Processes of their own that need not import everything anew: a server that has imported once forks them."""

import multiprocessing

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.real.mortals", "tests.real.worker_program", "tests.jobs.lives", "flask.cli"])
