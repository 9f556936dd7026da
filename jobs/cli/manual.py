"""The manual that the package carries: its pages and their titles."""

from importlib.resources import files


def list_pages() -> list[tuple[str, str]]:
    """Path and title of each page."""
    folder = files("holdfast").joinpath("docs")
    pages = sorted((page for page in folder.iterdir() if page.name.endswith(".md")), key=str)
    return [(str(page), page.read_text("utf-8").partition("\n")[0].lstrip("# ")) for page in pages]
