"""The shop, served to this machine: ``python -m boathouse FOLDER``, which keeps its database and secrets there."""

from __future__ import annotations

import argparse
import os
import secrets
from pathlib import Path
from typing import Any

import waitress.server

from boathouse import Config, create_app
from boathouse.seed import PASSWORD


def main() -> None:
    """Serve it until somebody says stop."""
    parser = argparse.ArgumentParser(prog="boathouse", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--port", type=int, default=5000)
    arguments = parser.parse_args()
    folder: Path = arguments.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(
        Config(
            database=f"sqlite:///{folder / 'boathouse.db'}",
            secret_key=_kept(folder / "secret_key"),
            reference_secret=_kept(folder / "reference_secret"),
            demo_password=PASSWORD,
            nosto_account_id=os.environ.get("NOSTO_ACCOUNT_ID") or None,
        )
    )
    server: Any = waitress.server.create_server(app, host="127.0.0.1", port=arguments.port)
    address = f"http://127.0.0.1:{server.effective_port}/"
    print(f"The shop:                   {address}")
    print(f"with what Nosto is told:    {address}?nosto_view=1")
    print(f"Log in as jane.doe@example.com, password: {PASSWORD}", flush=True)
    server.run()


def _kept(path: Path) -> str:
    """A secret that is made once, and read by its owner only."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(48), encoding="ascii")
    return path.read_text(encoding="ascii")


if __name__ == "__main__":
    main()
