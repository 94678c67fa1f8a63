"""Finished pages into what Nosto will see of them, and what is wrong with that."""
