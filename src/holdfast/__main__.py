"""`python -m holdfast`: the command line."""

from holdfast.jobs.runtime.cli import main

main()
