"""Where Django looks for ``{% load nosto %}``."""
