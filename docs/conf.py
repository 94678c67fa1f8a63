"""How the documentation's site is built: ``make docs``."""

import sys
from pathlib import Path

from pygments.lexers.templates import HtmlDjangoLexer
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parent))

project = "nosto_tagging"
extensions = ["myst_parser", "sphinx.ext.autodoc", "from_code"]
nitpicky = True
default_role = "name"  # of docstrings; Markdown has none
myst_heading_anchors = 3

autodoc_typehints_format = "short"
python_use_unqualified_type_names = True
maximum_signature_line_length = 80
add_module_names = False

html_theme = "furo"
html_title = "nosto_tagging"
html_static_path = ["_static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_copyright = False
# The pages of the reference and the search find every name.
html_use_index = False
html_domain_indices = False


def setup(app: Sphinx) -> None:
    """Jinja's code blocks are HTML with Jinja in it."""
    app.add_lexer("jinja", HtmlDjangoLexer)
