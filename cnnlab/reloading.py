"""Lab modules that a notebook has imported, kept as their files say."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable, Iterator
from types import ModuleType
from typing import Any

from cnnlab.labs import MODULES
from cnnlab.project import PACKAGE, Project
from cnnlab.watching import Signature, signature

Namespace = dict[str, Any]


class LoadedModules:
    """The lab modules of one Python process, and the state of the files that they came from."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._files: dict[str, Signature] = {}
        self.look()

    def look(self) -> None:
        """Note the files of the modules that are not imported yet.

        Called before each cell it knows which state of a file an import has seen.
        """
        for module in MODULES:
            if _imported(module) is None:
                self._files[module] = signature(self._project.module_path(module))

    def refresh(self, module: str, namespace: Namespace) -> None:
        """Load `module` again if it is imported and its file may have changed since.

        Names in `namespace` and in the other lab modules that stand for something of it come to
        stand for its successor. Whatever its code raises is raised here, and leaves all as it was.
        """
        loaded, file = _imported(module), signature(self._project.module_path(module))
        if loaded is None or self._files.get(module, ()) == file:
            return
        before = dict(vars(loaded))
        _load(loaded, self._project.module_path(module).read_bytes())
        self._files[module] = file
        for names in (namespace, *_namespaces_besides(module)):
            _replace(names, loaded, before)


def _imported(module: str) -> ModuleType | None:
    return sys.modules.get(f"{PACKAGE}.{module}")


def _namespaces_besides(module: str) -> Iterator[Namespace]:
    for other in MODULES:
        loaded = _imported(other)
        if loaded is not None and other != module:
            yield vars(loaded)


def _load(module: ModuleType, source: bytes) -> None:
    """Run `source` as the code of `module`, of which nothing else is kept.

    importlib.reload would keep what the file no longer has, and half of a file that fails; and it
    takes the bytecode of a file for current that has kept its size and second of change.
    """
    names = vars(module)
    before = dict(names)
    code = compile(source, str(module.__file__), "exec", dont_inherit=True)
    _remove(names, (name for name in before if not _is_special(name)))
    try:
        exec(code, names)
    except BaseException:
        _remove(names, list(names))
        names.update(before)
        raise


def _remove(names: Namespace, gone: Iterable[str]) -> None:
    for name in gone:
        del names[name]


def _replace(names: Namespace, module: ModuleType, before: Namespace) -> None:
    """Let `names` have what `module` has now wherever they have what it had `before`.

    A constant is known by its name and value, for others may have the same value by chance; a
    class or function is known whatever its name.
    """
    after = vars(module)
    own = {name: value for name, value in before.items() if _may_be_of(module, name, value)}
    defined = {id(value): name for name, value in own.items() if _is_definition(value)}
    for name, value in list(names.items()):
        source = name if name in own and own[name] is value else defined.get(id(value))
        if source in after:
            names[name] = after[source]


def _may_be_of(module: ModuleType, name: str, value: object) -> bool:
    if _is_definition(value):
        return getattr(value, "__module__", None) == module.__name__
    return not (inspect.ismodule(value) or _is_special(name))


def _is_special(name: str) -> bool:
    return name.startswith("__")


def _is_definition(value: object) -> bool:
    return inspect.isclass(value) or inspect.isroutine(value)
