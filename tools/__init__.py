"""Tools of the project itself, run by the Makefile."""
