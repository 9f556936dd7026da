"""Settings: packaged conf, then environment, then the user's conf, `HOLDFAST_*`, and `--set`.

`conf/base/<section>.yml` holds every key once, with its value and a comment that says what it does;
`product.py` and `sections.py` hold its type. Any other layer may only change values; an unknown key
or a wrong type is an error that names the path.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import ValidationError

from holdfast.jobs.runtime.config.errors import EXIT_USAGE, HoldfastError
from holdfast.jobs.runtime.config.product import Settings

_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the same in C, where it was built


class SettingsError(HoldfastError):
    """A key or value in conf, the environment or on the command line that does not fit."""

    exit_code = EXIT_USAGE


@dataclass(frozen=True)
class Resolved:
    """Settings and, for each `section.key`, the layer that set it."""

    values: Settings
    origins: Mapping[str, str]
    env: str

    def as_dict(self) -> dict[str, Any]:
        """Plain nested values, as JSON would hold them."""
        dumped: dict[str, Any] = self.values.model_dump(mode="json")
        return dumped


def load(env: str = "local", overrides: Sequence[str] = ()) -> Resolved:
    """The settings of environment `env` with `section.key=value` overrides applied last."""
    packaged = files("holdfast").joinpath("conf")
    base = _read_layer(packaged.joinpath("base"))
    if not base:
        raise SettingsError(
            "The packaged settings are missing.", cure="Install Holdfast again from its wheel."
        )
    origins = {path: _place("base/", path) for path, _ in list_leaves(base)}
    merged = base
    for origin, layer in _layers(packaged, env, overrides):
        _check_known(layer, base, origin)
        merged = _merge(merged, layer)
        origins.update({path: _place(origin, path) for path, _ in list_leaves(layer)})
    try:
        return Resolved(Settings.model_validate(merged), origins, env)
    except ValidationError as error:
        raise SettingsError(
            _explain(error, origins), cure="`holdfast config` shows every key and its file."
        ) from None


def _layers(
    packaged: Traversable, env: str, overrides: Sequence[str]
) -> Iterator[tuple[str, dict[str, Any]]]:
    user = os.environ.get("HOLDFAST_CONF")
    for name in _lineage(packaged, user, env):
        yield f"{name}/", _read_layer(packaged.joinpath(name))
    if user:
        for name in ("base", *_lineage(packaged, user, env)):
            yield f"{user}/{name}/", _read_layer(Path(user) / name)
    for variable, text in sorted(os.environ.items()):
        if variable.startswith("HOLDFAST_") and "__" in variable:
            path = variable.removeprefix("HOLDFAST_").lower().replace("__", ".")
            yield variable, _nested(path, yaml.safe_load(text))
    for item in overrides:
        path, found, text = item.partition("=")
        if not found or "." not in path:
            raise SettingsError(
                f"--set {item}: not of the form section.key=value.",
                cure="For example --set spark.memory=4g",
            )
        yield f"--set {item}", _nested(path.strip(), yaml.safe_load(text))


def _lineage(packaged: Traversable, user: str | None, env: str) -> list[str]:
    """The environment and what it extends, the most general first (`mini` extends `local`)."""
    names: list[str] = []
    while env:
        folders = [packaged.joinpath(env)] + ([Path(user) / env] if user else [])
        if not any(folder.is_dir() for folder in folders):
            raise SettingsError(
                f"There is no environment {env}.",
                cure="Use local, demo, mini or cluster, or make the "
                f"folder {env} in the folder that HOLDFAST_CONF names.",
            )
        names.insert(0, env)
        parents = [folder.joinpath("EXTENDS") for folder in folders]
        env = next((p.read_text(encoding="utf-8").strip() for p in parents if p.is_file()), "")
    return names


def _read_layer(folder: Traversable) -> dict[str, Any]:
    if not folder.is_dir():
        return {}
    found = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".yml")),
        key=lambda entry: entry.name,
    )
    return {entry.name.removesuffix(".yml"): read_yaml(entry) for entry in found}


def as_yaml(values: Mapping[str, Any]) -> str:
    """Values as the text of a YAML file, in their order, the innermost on one line each."""
    return yaml.safe_dump(dict(values), sort_keys=False, default_flow_style=None, width=100)


def read_yaml(entry: Traversable) -> Any:
    """The content of one YAML file, an empty mapping for an empty one."""
    try:
        return yaml.load(entry.read_text(encoding="utf-8"), _LOADER) or {}
    except yaml.YAMLError as error:
        raise SettingsError(
            f"{entry}: not YAML: {error}", cure="Mend the file at the place named."
        ) from None


def _check_known(
    layer: Mapping[str, Any], base: Mapping[str, Any], origin: str, path: str = ""
) -> None:
    for key, value in layer.items():
        here = f"{path}{key}"
        if key not in base:
            raise SettingsError(
                f"{_place(origin, here)}: unknown setting {here}.",
                cure="`holdfast config` shows every key.",
            )
        if isinstance(value, dict) and isinstance(base[key], dict) and base[key]:
            _check_known(value, base[key], origin, f"{here}.")


def _merge(base: Any, layer: Any) -> Any:
    if isinstance(base, dict) and isinstance(layer, dict):
        return {**base, **{key: _merge(base.get(key), value) for key, value in layer.items()}}
    if isinstance(base, str) and isinstance(layer, date):
        return layer.isoformat()  # YAML reads 2026-01-01 as a date; settings say days as text
    return float(layer) if isinstance(base, float) and type(layer) is int else layer


def list_leaves(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Each setting of nested values as its path and its value."""
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from list_leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def _place(origin: str, path: str) -> str:
    """Where a setting stands: the file of its section where the origin is a folder."""
    return f"{origin}{path.partition('.')[0]}.yml" if origin.endswith("/") else origin


def _nested(path: str, value: Any) -> dict[str, Any]:
    for key in reversed(path.split(".")):
        value = {key: value}
    nested: dict[str, Any] = value
    return nested


def _explain(error: ValidationError, origins: Mapping[str, str]) -> str:
    lines = []
    for problem in error.errors():
        path = ".".join(str(part) for part in problem["loc"])
        given = "" if isinstance(problem["input"], dict) else f", got {problem['input']!r}"
        lines.append(f"{path} (from {origins.get(path, 'conf')}): {problem['msg']}{given}")
    return "Settings that do not fit: " + "; ".join(lines)
