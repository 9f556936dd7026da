"""What the extra `local` brings, and how to say that it is not there."""


def explain_missing(module: str, missing: ModuleNotFoundError) -> ImportError:
    """The error of a module that needs a package which is not installed, with its cure."""
    package = (missing.name or "a package").split(".")[0]
    return ImportError(
        f"{module} needs {package}, which is not installed: pip install 'holdfast[local]'"
    )
