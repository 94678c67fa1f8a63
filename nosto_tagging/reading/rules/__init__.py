"""The rules of `check`, by topic: importing a module registers its rules."""
