"""How tagging becomes text: the only place where markup or JavaScript is put together."""

from importlib import import_module

# The whole package before any module of it: where one thread begins with a module and another with the package, each
# waits for the other, until Python gives one of them what is not complete yet.
import_module("nosto_tagging.api")
