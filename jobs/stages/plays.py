"""stand-in"""

from importlib.resources import files

import yaml

from holdfast.transformations.plays.play import Play


def read_plays(ctx):
    found = []
    for f in sorted(files("holdfast").joinpath("conf/plays").iterdir(), key=lambda f: f.name):
        data = yaml.safe_load(f.read_text())
        found += [Play(family=data["family"], **p) for p in data["plays"]]
    return found
