"""`python -m holdfast`: the command line."""

from holdfast.jobs.cli.main import main

main()
