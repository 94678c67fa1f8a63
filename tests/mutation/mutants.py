"""The mutants: every change that mutmut knows, and one more, to everything in a module that runs."""

from __future__ import annotations

import ast
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]


class Mutant(NamedTuple):
    """One change: in which function it is, what the lines were and become, and the module with it."""

    file: str
    function: str
    was: str
    becomes: str
    source: str

    @property
    def name(self) -> str:
        """What stands in the list of survivors."""
        return f"{self.file} {self.function or 'outside functions'}: {self.was} → {self.becomes}"


def mutants(file: Path) -> list[Mutant]:
    """Every mutant of a file that is Python, and another program than the original and the others."""
    import libcst as cst
    from libcst import matchers as m
    from libcst.metadata import MetadataWrapper, WhitespaceInclusivePositionProvider
    from mutmut.mutation.file_mutation import MutationVisitor
    from mutmut.mutation.mutators import mutation_operators
    from mutmut.mutation.pragma_handling import IgnoredCode

    class Everything(MutationVisitor):
        def _skip_node_and_children(self, node: cst.CSTNode) -> bool:
            if isinstance(node, cst.Annotation):  # pydantic reads in some of them how a field is printed
                return not m.findall(node, m.Name("Annotated"))
            for_checkers = m.Call(func=m.Name("cast")) | m.If(test=m.Name("TYPE_CHECKING"))
            names = m.Assign(targets=[m.AssignTarget(m.Name("__all__"))])
            return m.matches(node, for_checkers | names)

    def text_in_f_string(node: cst.FormattedStringText) -> list[cst.FormattedStringText]:
        return [node.with_changes(value=f"XX{node.value}XX")]

    original = file.read_text(encoding="utf-8")
    wrapper = MetadataWrapper(cst.parse_module(original))
    operators = [*mutation_operators, (cst.FormattedStringText, text_in_f_string)]
    visitor = Everything(operators, IgnoredCode(set(), set(), set()))
    wrapper.visit(visitor)
    spans = wrapper.resolve(WhitespaceInclusivePositionProvider)
    starts = [0, *accumulate(len(line) for line in original.splitlines(keepends=True))]
    functions = _functions(ast.parse(original))
    seen = {ast.dump(ast.parse(original))}
    found: list[Mutant] = []
    for mutation in visitor.mutations:
        span = spans[mutation.original_node]
        first, last = (starts[place.line - 1] + place.column for place in (span.start, span.end))
        source = original[:first] + wrapper.module.code_for_node(mutation.mutated_node) + original[last:]
        try:
            program = ast.dump(tree := ast.parse(source))
            compile(tree, str(file), "exec", dont_inherit=True)
        except SyntaxError:
            continue
        if program not in seen:
            seen.add(program)
            was, becomes, line = _changed(original, source)
            function = next((name for name, begin, end in functions if begin <= line <= end), "")
            found.append(Mutant(file.relative_to(ROOT).as_posix(), function, was, becomes, source))
    return found


def _changed(original: str, source: str) -> tuple[str, str, int]:
    """The lines that differ, before and after, and the number of the first."""
    old, new = original.splitlines(), source.splitlines()
    first = next(number for number, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    same = next(count for count, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b)
    same = min(same, len(old) - first - 1, len(new) - first - 1)
    was, becomes = (" ".join(line.strip() for line in lines[first : len(lines) - same]) for lines in (old, new))
    return was, becomes, first + 1


def _functions(tree: ast.Module) -> list[tuple[str, int, int]]:
    """Each function and method, with its first and last line."""
    found: list[tuple[str, int, int]] = []
    for node in tree.body:
        owner = f"{node.name}." if isinstance(node, ast.ClassDef) else ""
        for each in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(each, ast.FunctionDef):
                first = min([each.lineno, *(decorator.lineno for decorator in each.decorator_list)])
                found.append((owner + each.name, first, each.end_lineno or first))
    return found
