"""What ``hooks:`` of mkdocs.yml has MkDocs load; ``mkdocs build`` makes the shop's catalogue."""

from nosto_tagging.integrations.mkdocs import on_env

__all__ = ["on_env"]
