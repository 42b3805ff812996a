"""The grammar of the `when` language, and the binding of its names to a case.

Lark reads a text into a plain tree (LALR: no backtracking, no recursion); the binder walks it with a
bound on depth and on size, so that neither nesting nor scenarios that name each other can run away.
"""

from __future__ import annotations

import functools
import unicodedata
from typing import Any, NoReturn

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedInput, UnexpectedToken

from foedus.case.expression import MAX_DEPTH, MAX_LENGTH, And, Compare, Expression, Is, Not, Operator, Or
from foedus.case.types import CaseFile, Nominal, Ordinal, Quantity, Timing
from foedus.case.values import parse_day, parse_number
from foedus.errors import ExpressionError, nearest

MAX_PARTS = 5000
KEYWORDS = ("and", "or", "not", "is", "never", "applicable")

GRAMMAR = r"""
?start: either
?either: both ("or" both)*
?both: unless ("and" unless)*
?unless: "not" unless -> negation
       | "(" either ")" -> group
       | NAME OPERATOR operand -> comparison
       | NAME "is" state -> state
       | NAME -> reference
?operand: NAME | TEXT | LITERAL | NEVER | APPLICABLE
state: NEVER -> never
     | "not" NEVER -> not_never
     | APPLICABLE -> applicable
     | "not" APPLICABLE -> not_applicable

NEVER: "never"
APPLICABLE: "applicable"
OPERATOR: "<=" | ">=" | "==" | "!=" | "<" | ">"
NAME: /[^\W\d][^\s()<>=!"'&|≤≥≠,;]*/
TEXT: /"[^"]*"|'[^']*'/
LITERAL: /[-+.]?\d[^\s()<>=!"'&|≤≥≠,;]*/
%ignore /\s+/
"""

_INSTEAD = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "IS": "is",
    "=": "==",
    "===": "==",
    "=<": "<=",
    "=>": ">=",
    "<>": "!=",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
}
_KIND = {Timing: "a day, such as 2025-08-31", Quantity: "a number", Ordinal: "a level", Nominal: "a level"}


@functools.cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", lexer="basic", maybe_placeholders=False)


def bind(text: str, case_file: CaseFile) -> Expression:
    """Parse `text` and bind its names; see `foedus.case.expression.parse_when`."""
    return _Binder(case_file).text(text, ())


def _tree(text: str) -> Any:
    if len(text) > MAX_LENGTH:
        msg = (
            f"has {len(text):,} characters; at most {MAX_LENGTH:,} are read: name parts of it as scenarios of their own"
        )
        raise ExpressionError(msg, f"{text[:60]}...", 1)
    if not text.strip():
        msg = "is empty: write a condition, such as summit_date <= 2025-08-31"
        raise ExpressionError(msg, text, 1)
    try:
        return _parser().parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(error, text) from None


def _syntax_error(error: UnexpectedInput, text: str) -> ExpressionError:
    if isinstance(error, UnexpectedToken) and error.token.type == "$END":
        opened = text.count("(") > text.count(")")
        what = "a bracket is opened and never closed" if opened else "ends too early: a condition is missing"
        return ExpressionError(what, text, len(text.rstrip()) + 1)
    at = error.pos_in_stream or 0
    found = next((sign for sign in sorted(_INSTEAD, key=len, reverse=True) if text.startswith(sign, at)), "")
    if not found and isinstance(error, UnexpectedToken):
        begin = at - 1 if at and text[at - 1] in "<>=!" else at
        found = next((sign for sign in sorted(_INSTEAD, key=len, reverse=True) if text.startswith(sign, begin)), "")
        at = begin if found else at
    if found:
        return ExpressionError(f"{found!r} is not part of the language: write {_INSTEAD[found]!r}", text, at + 1)
    if isinstance(error, UnexpectedCharacters):
        what = (
            "a quote is opened and never closed" if text[at] in "\"'" else f"{text[at]!r} is not part of the language"
        )
        return ExpressionError(what, text, at + 1)
    word = str(getattr(error, "token", text[at:]))
    return ExpressionError(f"{word!r} can't stand here: {_expected(error)}", text, at + 1)


def _expected(error: UnexpectedInput) -> str:
    wanted = set(getattr(error, "expected", ()) or ())
    if "LITERAL" in wanted:
        return "a level, a day, a number or another question is needed"
    if "NEVER" in wanted:
        return "write `is never`, `is not never`, `is applicable` or `is not applicable`"
    if "OPERATOR" in wanted:
        return "after a name comes a comparison (<, <=, ==, !=, >=, >), `is`, `and` or `or`"
    if "NAME" in wanted:
        return "the name of a question or scenario is needed"
    return "`and`, `or` or the end is needed"


class _CircleError(ExpressionError):
    """Scenarios that name each other: the fault of each of them, and not only of the one where it shows."""


class _Binder:
    """Turns one tree into an expression, and the scenarios it names with it."""

    def __init__(self, case_file: CaseFile) -> None:
        self.case_file = case_file
        self.named = {**case_file.scenarios, **case_file.headlines}
        self.parts = 0
        self.source = ""

    def text(self, text: str, inside: tuple[str, ...], depth: int = 1) -> Expression:
        text = " ".join(unicodedata.normalize("NFC", text).splitlines())
        outer, self.source = self.source, text
        expression = self.node(_tree(text), inside, depth)
        self.source = outer
        return expression

    def node(self, tree: Tree[Token], inside: tuple[str, ...], depth: int) -> Expression:
        self.parts += 1
        if depth > MAX_DEPTH or self.parts > MAX_PARTS:
            limit = f"more than {MAX_DEPTH} deep" if depth > MAX_DEPTH else f"of more than {MAX_PARTS:,} parts"
            msg = f"is {limit}, once the scenarios it names are put in place: make it simpler"
            raise ExpressionError(msg, self.source, 1)
        match tree.data, tree.children:
            case ("either" | "both") as kind, children:
                parts = tuple(self.node(child, inside, depth + 1) for child in children)  # type: ignore[arg-type]
                return Or(parts) if kind == "either" else And(parts)
            case "negation", [Tree() as child]:
                return Not(self.node(child, inside, depth + 1))
            case "group", [Tree() as child]:
                return self.node(child, inside, depth + 1)
            case "reference", [Token() as name]:
                return self.reference(name, inside, depth)
            case "state", [Token() as name, Tree() as state]:
                return self.state(name, state.data)
            case _, [Token() as name, Token() as op, Token() as operand]:
                return self.comparison(name, op.value, operand)
        raise AssertionError(tree)

    def refuse(self, message: str, at: Token) -> NoReturn:
        raise ExpressionError(message, self.source, at.column or 1)

    def reference(self, name: Token, inside: tuple[str, ...], depth: int) -> Expression:
        if name in self.case_file.questions:
            self.refuse(f"'{name}' is a question: say what it is compared with", name)
        if name not in self.named:
            self.refuse(f"nothing is called '{name}'; {self.suggest(name, [*self.named])}", name)
        if name in inside:
            msg = f"scenarios refer to each other in a circle: {' -> '.join((*inside[inside.index(name) :], name))}"
            raise _CircleError(msg, self.source, name.column or 1)
        here = self.source
        try:
            return self.text(self.named[name].when, (*inside, str(name)), depth + 1)
        except _CircleError as inner:
            raise _CircleError(inner.message, here, name.column or 1) from None
        except ExpressionError as inner:
            msg = f"in {name}: {inner.message}"
            raise ExpressionError(msg, here, name.column or 1) from inner

    def suggest(self, name: str, fitting: list[str]) -> str:
        close = nearest(name, [*fitting, *self.case_file.questions, *self.named])
        return close if close.startswith("did") else nearest(name, fitting)

    def question(self, name: Token) -> Timing | Ordinal | Quantity | Nominal:
        if name in self.named:
            self.refuse(f"'{name}' is a scenario, which is true or false: only a question can be compared", name)
        if name not in self.case_file.questions:
            self.refuse(f"no question is called '{name}'; {nearest(name, [*self.case_file.questions])}", name)
        return self.case_file.questions[name]

    def state(self, name: Token, state: str) -> Expression:
        question = self.question(name)
        never, not_applicable = Is(str(name), "never"), Is(str(name), "not applicable")
        if state.endswith("never") and not isinstance(question, Timing):
            self.refuse(f"'{name}' is not a timing question, so it can't be `never`", name)
        match state:
            case "never":
                return never
            case "not_never":  # it happens: like every comparison, false where the question is not applicable
                return And((Not(never), Not(not_applicable))) if question.only_if else Not(never)
            case "applicable":
                return Not(not_applicable)
        return not_applicable

    def comparison(self, name: Token, op: Operator, operand: Token) -> Compare:
        question = self.question(name)
        if isinstance(question, Nominal) and op not in ("==", "!="):
            self.refuse(f"'{name}' has no order: it can be compared with == and != only", name)
        if isinstance(question, (Ordinal, Nominal)):
            ids = [level.id for level in question.levels]
            word = operand.value[1:-1] if operand.type == "TEXT" else operand.value
            if word in ids:
                return Compare(str(name), op, level=ids.index(word))
        if operand.type == "NAME" and operand in self.case_file.questions:
            return self.with_question(name, op, operand)
        if isinstance(question, (Ordinal, Nominal)):
            self.refuse(f"'{name}' has no level {word!r}; {nearest(word, ids)}", operand)
        return self.with_literal(name, op, operand, question)

    def with_literal(self, name: Token, op: Operator, operand: Token, question: Timing | Quantity) -> Compare:
        text = operand.value[1:-1] if operand.type == "TEXT" else operand.value
        if operand.type not in ("TEXT", "LITERAL"):
            advice = nearest(text, [*self.case_file.questions])
            also = "; write `is never`" if text == "never" else f"; {advice}" if advice.startswith("did") else ""
            self.refuse(f"'{name}' is compared with {_KIND[type(question)]}, not {text!r}{also}", operand)
        try:
            if isinstance(question, Timing):
                return Compare(str(name), op, day=parse_day(text))
            return Compare(str(name), op, number=parse_number(text))
        except ValueError as error:
            self.refuse(f"'{name}' is compared with {_KIND[type(question)]}: {error}", operand)

    def with_question(self, name: Token, op: Operator, other: Token) -> Compare:
        left, right = self.question(name), self.question(other)
        if name == other:
            self.refuse(f"'{name}' is compared with itself", other)
        if type(left) is not type(right):
            self.refuse(f"'{name}' is of type {left.type}, '{other}' of type {right.type}: they don't compare", other)
        if isinstance(left, Quantity) and isinstance(right, Quantity) and left.unit != right.unit:
            units = f"{left.unit()!r} and {right.unit()!r}"
            self.refuse(f"'{name}' and '{other}' have different units ({units})", other)
        if isinstance(left, (Ordinal, Nominal)) and isinstance(right, (Ordinal, Nominal)):
            ids = [[level.id for level in question.levels] for question in (left, right)]
            if ids[0] != ids[1]:
                self.refuse(f"'{name}' and '{other}' have different levels: only equal levels compare", other)
        return Compare(str(name), op, other=str(other))
