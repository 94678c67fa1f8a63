"""How tagging becomes text: the only place where markup or JavaScript is put together."""
