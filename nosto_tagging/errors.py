"""What can go wrong: one base, few leaves, each carrying its data and never a person's."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "InvalidArgument",
    "InvalidRecord",
    "InvalidSettings",
    "InvalidTagging",
    "MissingExtra",
    "MissingTemplate",
    "NostoTaggingError",
    "Problem",
    "PublicPage",
    "PublicResponse",
    "TemplateFailed",
    "UndefinedName",
    "UnreadableData",
]


class NostoTaggingError(Exception):
    """The base of every error that this library raises on purpose."""

    def __repr__(self) -> str:
        # Sphinx, for one, shows nothing else of what went wrong in a template.
        return f"{type(self).__name__}({str(self)!r})"


class Problem(NamedTuple):
    """One thing that is wrong with one field (``field`` is empty for the whole object)."""

    field: str
    message: str


class _Invalid(NostoTaggingError):
    """An object that does not validate: which one, and every problem it has."""

    def __init__(self, model: str, problems: tuple[Problem, ...]) -> None:
        super().__init__(model, problems)
        self.model = model
        self.problems = problems

    def __str__(self) -> str:
        return "; ".join(f"{self.model}{'.' if field else ''}{field} {message}" for field, message in self.problems)


class InvalidTagging(_Invalid):
    """A model (`Customer`, …) that does not validate.

    >>> from nosto_tagging import Customer
    >>> try:
    ...     Customer(first_name="Jane")
    ... except InvalidTagging as error:
    ...     print(error)
    Customer needs an email or a customer_reference, got neither
    """


class InvalidSettings(_Invalid):
    """Settings that do not validate: an unusable account id, an unknown host, …"""


class InvalidArgument(NostoTaggingError):
    """A value that a function of this library cannot take: ``argument`` names it."""

    def __init__(self, argument: str, message: str) -> None:
        super().__init__(argument, message)
        self.argument = argument
        self.message = message

    def __str__(self) -> str:
        return f"{self.argument} {self.message}"


class UndefinedName(NostoTaggingError):
    """A template handed over a name that nothing defines (a misspelt variable, say).

    ``spelling`` is how templates of this kind say that it may be missing.
    """

    def __init__(self, name: str, spelling: str = "|default(none)") -> None:
        super().__init__(name, spelling)
        self.name = name
        self.spelling = spelling

    def __str__(self) -> str:
        return f"{self.name} is undefined; where it may be missing, write {self.spelling} after it"


class PublicPage(NostoTaggingError):
    """Something that is one visitor's own was to be printed in a page that anybody may get: ``what`` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what

    def __str__(self) -> str:
        return f"{self.what} is one visitor's own, and this page is for everyone: nosto_deferred asks in their browser"


class PublicResponse(NostoTaggingError):
    """A visitor's own data in what others may get: ``keeper`` names the header, or the cache, that has it so."""

    def __init__(self, keeper: str) -> None:
        super().__init__(keeper)
        self.keeper = keeper

    def __str__(self) -> str:
        return (
            f"A visitor's own tagging stands in what others may get, because of {self.keeper}; "
            "make it private, or print {% nosto_deferred %} there"
        )


class MissingTemplate(NostoTaggingError):
    """A template that cannot be had, and what to do about it."""

    def __init__(self, template: str, message: str) -> None:
        super().__init__(template, message)
        self.template = template
        self.message = message

    def __str__(self) -> str:
        return f"Template {self.template!r} {self.message}"


class TemplateFailed(NostoTaggingError):
    """A page template raised something of its own while a record was rendered."""

    def __init__(self, template: str, line: int | None, kind: str) -> None:
        super().__init__(template, line, kind)
        self.template = template
        self.line = line
        self.kind = kind

    def __str__(self) -> str:
        place = self.template if self.line is None else f"{self.template}:{self.line}"
        return f"{place}: the template raised {self.kind}"


class MissingExtra(NostoTaggingError, ImportError):
    """Something that needs a package which only an extra installs."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(feature, extra)
        self.feature = feature
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.feature} needs the {self.extra!r} extra: install nosto-tagging[{self.extra}]"


class UnreadableData(NostoTaggingError):
    """A data file that cannot be read at all, or not beyond ``line``."""

    def __init__(self, path: str, line: int | None, message: str) -> None:
        super().__init__(path, line, message)
        self.path = path
        self.line = line
        self.message = message

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: {self.message}"


class InvalidRecord(NostoTaggingError):
    """One record of a data file that gives no page; the others are not touched by it."""

    def __init__(self, path: str, line: int | None, number: int, message: str) -> None:
        super().__init__(path, line, number, message)
        self.path = path
        self.line = line
        self.number = number
        self.message = message

    def __str__(self) -> str:
        place = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{place}: record {self.number}: {self.message}"
