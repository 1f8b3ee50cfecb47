//! What is refused, in which words and on which line.

use super::ast::{ExprKind, Module, Stmt, StmtKind};
use super::tokens::MAX_BRACKETS;
use super::{Mode, parse, parse_expression, strip_prompts, unparse};
use crate::diag::{Error, Source};
use proptest::prelude::*;

fn refusal(text: &str) -> Option<(Error, usize)> {
    let source = Source::new("<test>", text);
    let error = parse(&source, Mode::File).err()?;
    let line = source.position(error.trace[0].span.start).0;
    Some((error, line))
}

/// A text, the line of its error, and the error as CPython 3.11 words it.
const AS_IN_PYTHON: &[(&str, usize, &str)] = &[
    ("foo(1, 2", 1, "SyntaxError: '(' was never closed"),
    ("x = (1, 2]", 1, "SyntaxError: closing parenthesis ']' does not match opening parenthesis '('"),
    ("x = (1,\n  2]", 2, "SyntaxError: closing parenthesis ']' does not match opening parenthesis '(' on line 1"),
    ("x)", 1, "SyntaxError: unmatched ')'"),
    ("x = 'abc", 1, "SyntaxError: unterminated string literal (detected at line 1)"),
    ("x = 1\ny = 'abc\\\ndef\nz", 2, "SyntaxError: unterminated string literal (detected at line 3)"),
    ("x = \"\"\"abc\ndef\n", 1, "SyntaxError: unterminated triple-quoted string literal (detected at line 2)"),
    ("if x\n    y", 1, "SyntaxError: expected ':'"),
    ("if x:\ny", 2, "IndentationError: expected an indented block after 'if' statement on line 1"),
    ("if x:\n    y\n  z", 3, "IndentationError: unindent does not match any outer indentation level"),
    ("x\n  y", 2, "IndentationError: unexpected indent"),
    ("  x", 1, "IndentationError: unexpected indent"),
    ("if x = 3:\n    pass", 1, "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    ("while x = 3: pass", 1, "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
    ("if x.y = 3: pass", 1, "SyntaxError: cannot assign to attribute here. Maybe you meant '==' instead of '='?"),
    ("foo(a b)", 1, "SyntaxError: invalid syntax. Perhaps you forgot a comma?"),
    ("[1 2 3]", 1, "SyntaxError: invalid syntax. Perhaps you forgot a comma?"),
    ("print \"hello\"", 1, "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?"),
    ("print x", 1, "SyntaxError: Missing parentheses in call to 'print'. Did you mean print(...)?"),
    ("exec \"x\"", 1, "SyntaxError: Missing parentheses in call to 'exec'. Did you mean exec(...)?"),
    ("1abc", 1, "SyntaxError: invalid decimal literal"),
    (
        "0123",
        1,
        "SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
    ),
    ("0x", 1, "SyntaxError: invalid hexadecimal literal"),
    ("0xg", 1, "SyntaxError: invalid hexadecimal literal"),
    ("0b12", 1, "SyntaxError: invalid digit '2' in binary literal"),
    ("0o8", 1, "SyntaxError: invalid digit '8' in octal literal"),
    ("1_", 1, "SyntaxError: invalid decimal literal"),
    ("1.2.3", 1, "SyntaxError: invalid syntax"),
    ("f\"{x\"", 1, "SyntaxError: f-string: expecting '}'"),
    ("f\"{}\"", 1, "SyntaxError: f-string: empty expression not allowed"),
    ("f\"{a b}\"", 1, "SyntaxError: f-string: invalid syntax. Perhaps you forgot a comma?"),
    ("f\"{x!z}\"", 1, "SyntaxError: f-string: invalid conversion character: expected 's', 'r', or 'a'"),
    ("f\"}\"", 1, "SyntaxError: f-string: single '}' is not allowed"),
    ("f\"{x\\n}\"", 1, "SyntaxError: f-string expression part cannot include a backslash"),
    ("f\"{#}\"", 1, "SyntaxError: f-string expression part cannot include '#'"),
    ("f\"{a[1)}\"", 1, "SyntaxError: f-string: closing parenthesis ')' does not match opening parenthesis '['"),
    ("f\"{(a}\"", 1, "SyntaxError: f-string: closing parenthesis '}' does not match opening parenthesis '('"),
    ("f\"{a:{b:{c}}}\"", 1, "SyntaxError: f-string: expressions nested too deeply"),
    ("f\"{'a}\"", 1, "SyntaxError: f-string: unterminated string"),
    ("f\"{lambda x: 1}\"", 1, "SyntaxError: f-string: invalid syntax"),
    ("f\"{*a}\"", 1, "SyntaxError: f-string: cannot use starred expression here"),
    ("f\"{a +}\"", 1, "SyntaxError: f-string: invalid syntax"),
    ("f() = 1", 1, "SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='?"),
    ("1 = x", 1, "SyntaxError: cannot assign to literal here. Maybe you meant '==' instead of '='?"),
    ("a + 1 = 2", 1, "SyntaxError: cannot assign to expression here. Maybe you meant '==' instead of '='?"),
    ("a < b = 2", 1, "SyntaxError: cannot assign to comparison"),
    ("None = 1", 1, "SyntaxError: cannot assign to None"),
    ("True = 1", 1, "SyntaxError: cannot assign to True"),
    ("x = True = 1", 1, "SyntaxError: cannot assign to True"),
    ("(a, f()) = 1", 1, "SyntaxError: cannot assign to function call"),
    ("[a, 1] = 1", 1, "SyntaxError: cannot assign to literal"),
    ("x = f() = 1", 1, "SyntaxError: cannot assign to function call"),
    ("a if b else c = 1", 1, "SyntaxError: cannot assign to conditional expression"),
    ("-a = 1", 1, "SyntaxError: cannot assign to expression here. Maybe you meant '==' instead of '='?"),
    ("not a = 1", 1, "SyntaxError: cannot assign to expression"),
    ("lambda: x = 1", 1, "SyntaxError: cannot assign to lambda"),
    ("\"a\" = 1", 1, "SyntaxError: cannot assign to literal here. Maybe you meant '==' instead of '='?"),
    ("f\"a\" = 1", 1, "SyntaxError: cannot assign to f-string expression here. Maybe you meant '==' instead of '='?"),
    ("... = 1", 1, "SyntaxError: cannot assign to ellipsis here. Maybe you meant '==' instead of '='?"),
    ("{1: 2} = 1", 1, "SyntaxError: cannot assign to dict literal here. Maybe you meant '==' instead of '='?"),
    ("{1} = 1", 1, "SyntaxError: cannot assign to set display here. Maybe you meant '==' instead of '='?"),
    (
        "[x for x in y] = 1",
        1,
        "SyntaxError: cannot assign to list comprehension here. Maybe you meant '==' instead of '='?",
    ),
    ("(x for x in y) = 1", 1, "SyntaxError: cannot assign to generator expression"),
    ("(yield) = 1", 1, "SyntaxError: cannot assign to yield expression here. Maybe you meant '==' instead of '='?"),
    ("a and b = 1", 1, "SyntaxError: cannot assign to expression"),
    ("f() += 1", 1, "SyntaxError: 'function call' is an illegal expression for augmented assignment"),
    ("(a, b) += 1", 1, "SyntaxError: 'tuple' is an illegal expression for augmented assignment"),
    ("1 += 1", 1, "SyntaxError: 'literal' is an illegal expression for augmented assignment"),
    ("f(): int", 1, "SyntaxError: illegal target for annotation"),
    ("(a, b): int", 1, "SyntaxError: only single target (not tuple) can be annotated"),
    ("a, b: int = 1", 1, "SyntaxError: only single target (not tuple) can be annotated"),
    ("[a]: int", 1, "SyntaxError: only single target (not list) can be annotated"),
    ("del f()", 1, "SyntaxError: cannot delete function call"),
    ("del 1", 1, "SyntaxError: cannot delete literal"),
    ("del (a, 1)", 1, "SyntaxError: cannot delete literal"),
    ("del *a", 1, "SyntaxError: cannot delete starred"),
    ("for 1 in x: pass", 1, "SyntaxError: cannot assign to literal"),
    ("*a", 1, "SyntaxError: can't use starred expression here"),
    ("*a = 1", 1, "SyntaxError: starred assignment target must be in a list or tuple"),
    ("*a, *b = c", 1, "SyntaxError: multiple starred expressions in assignment"),
    ("return 1", 1, "SyntaxError: 'return' outside function"),
    ("break", 1, "SyntaxError: 'break' outside loop"),
    ("continue", 1, "SyntaxError: 'continue' not properly in loop"),
    ("yield 1", 1, "SyntaxError: 'yield' outside function"),
    ("class A:\n    return 1", 2, "SyntaxError: 'return' outside function"),
    ("def f():\n    break", 2, "SyntaxError: 'break' outside loop"),
    ("for x in y:\n    def f():\n        continue", 3, "SyntaxError: 'continue' not properly in loop"),
    ("def f(a, a): pass", 1, "SyntaxError: duplicate argument 'a' in function definition"),
    ("def f(a=1, b): pass", 1, "SyntaxError: non-default argument follows default argument"),
    ("def f(*): pass", 1, "SyntaxError: named arguments must follow bare *"),
    ("def f(*, **k): pass", 1, "SyntaxError: named arguments must follow bare *"),
    ("def f(**k, a): pass", 1, "SyntaxError: arguments cannot follow var-keyword argument"),
    ("def f(*a, *b): pass", 1, "SyntaxError: * argument may appear only once"),
    ("def f(a, /, b, /): pass", 1, "SyntaxError: / may appear only once"),
    ("def f(/, a): pass", 1, "SyntaxError: at least one argument must precede /"),
    ("def f(*a=1): pass", 1, "SyntaxError: var-positional argument cannot have default value"),
    ("def f(**a=1): pass", 1, "SyntaxError: var-keyword argument cannot have default value"),
    ("lambda a, a: 1", 1, "SyntaxError: duplicate argument 'a' in function definition"),
    ("lambda a=1, b: 1", 1, "SyntaxError: non-default argument follows default argument"),
    ("f(a=1, 2)", 1, "SyntaxError: positional argument follows keyword argument"),
    ("f(**a, 2)", 1, "SyntaxError: positional argument follows keyword argument unpacking"),
    ("f(**a, *b)", 1, "SyntaxError: iterable argument unpacking follows keyword argument unpacking"),
    ("f(a=1, a=2)", 1, "SyntaxError: keyword argument repeated: a"),
    ("f(x for x in y, 1)", 1, "SyntaxError: Generator expression must be parenthesized"),
    ("f(1, x for x in y)", 1, "SyntaxError: Generator expression must be parenthesized"),
    ("f(a.b=1)", 1, "SyntaxError: expression cannot contain assignment, perhaps you meant \"==\"?"),
    ("f(1=2)", 1, "SyntaxError: expression cannot contain assignment, perhaps you meant \"==\"?"),
    ("f(a, b=c d)", 1, "SyntaxError: invalid syntax"),
    ("def f(x): \n    global x", 2, "SyntaxError: name 'x' is parameter and global"),
    ("def f():\n    x = 1\n    global x", 3, "SyntaxError: name 'x' is assigned to before global declaration"),
    ("def f():\n    print(x)\n    global x", 3, "SyntaxError: name 'x' is used prior to global declaration"),
    ("nonlocal x", 1, "SyntaxError: nonlocal declaration not allowed at module level"),
    ("def f():\n    nonlocal x", 2, "SyntaxError: no binding for nonlocal 'x' found"),
    ("def f():\n    global x\n    nonlocal x", 2, "SyntaxError: name 'x' is nonlocal and global"),
    ("def f(x):\n    nonlocal x", 2, "SyntaxError: name 'x' is parameter and nonlocal"),
    ("try:\n    x\nexcept:\n    y\nexcept A:\n    z", 3, "SyntaxError: default 'except:' must be last"),
    ("try:\n    x\ny", 3, "SyntaxError: expected 'except' or 'finally' block"),
    ("try: pass", 1, "SyntaxError: expected 'except' or 'finally' block"),
    ("try:\n    x\nexcept A, B:\n    y", 3, "SyntaxError: multiple exception types must be parenthesized"),
    ("(x := 1) = 2", 1, "SyntaxError: cannot assign to named expression here. Maybe you meant '==' instead of '='?"),
    ("x := 1", 1, "SyntaxError: invalid syntax"),
    ("f(x.y := 1)", 1, "SyntaxError: invalid syntax"),
    ("(x.y := 1)", 1, "SyntaxError: cannot use assignment expressions with attribute"),
    ("def f:\n    pass", 1, "SyntaxError: expected '('"),
    ("def f()\n    pass", 1, "SyntaxError: expected ':'"),
    ("def (x): pass", 1, "SyntaxError: invalid syntax"),
    ("def f(x:\n    pass", 1, "SyntaxError: '(' was never closed"),
    ("class A:\nx", 2, "IndentationError: expected an indented block after class definition on line 1"),
    ("def f():\nx", 2, "IndentationError: expected an indented block after function definition on line 1"),
    ("for x in y:\nz", 2, "IndentationError: expected an indented block after 'for' statement on line 1"),
    ("for x y in z: pass", 1, "SyntaxError: invalid syntax"),
    ("while x:\ny", 2, "IndentationError: expected an indented block after 'while' statement on line 1"),
    ("with a as b:\nc", 2, "IndentationError: expected an indented block after 'with' statement on line 1"),
    ("try:\nx", 2, "IndentationError: expected an indented block after 'try' statement on line 1"),
    ("try:\n    x\nexcept A:\ny", 4, "IndentationError: expected an indented block after 'except' statement on line 3"),
    ("try:\n    x\nfinally:\ny", 4, "IndentationError: expected an indented block after 'finally' statement on line 3"),
    ("if x:\n    y\nelse:\nz", 4, "IndentationError: expected an indented block after 'else' statement on line 3"),
    ("if x:\n    y\nelif z:\nw", 4, "IndentationError: expected an indented block after 'elif' statement on line 3"),
    ("else:\n    x", 1, "SyntaxError: invalid syntax"),
    ("import", 1, "SyntaxError: invalid syntax"),
    ("from a import b,", 1, "SyntaxError: trailing comma not allowed without surrounding parentheses"),
    ("a = “b”", 1, "SyntaxError: invalid character '“' (U+201C)"),
    ("a…b", 1, "SyntaxError: invalid character '…' (U+2026)"),
    ("a \\ b", 1, "SyntaxError: unexpected character after line continuation character"),
    ("a \\", 1, "SyntaxError: unexpected EOF while parsing"),
    ("def f((a, b)): pass", 1, "SyntaxError: Function parameters cannot be parenthesized"),
    ("lambda (a, b): 1", 1, "SyntaxError: Lambda expression parameters cannot be parenthesized"),
    ("{1:}", 1, "SyntaxError: expression expected after dictionary key and ':'"),
    ("{1:2, 3}", 1, "SyntaxError: ':' expected after dictionary key"),
    ("{1: *a}", 1, "SyntaxError: cannot use a starred expression in a dictionary value"),
    ("{**a for a in b}", 1, "SyntaxError: dict unpacking cannot be used in dict comprehension"),
    ("[*a for a in b]", 1, "SyntaxError: iterable unpacking cannot be used in comprehension"),
    ("[x, y for x in z]", 1, "SyntaxError: did you forget parentheses around the comprehension target?"),
    ("{x, y for x in z}", 1, "SyntaxError: did you forget parentheses around the comprehension target?"),
    ("x if y", 1, "SyntaxError: expected 'else' after 'if' expression"),
    ("(x if y)", 1, "SyntaxError: expected 'else' after 'if' expression"),
    ("(*a)", 1, "SyntaxError: cannot use starred expression here"),
    ("x = *a", 1, "SyntaxError: can't use starred expression here"),
    ("if x:\n\ty\n        z", 3, "TabError: inconsistent use of tabs and spaces in indentation"),
    ("if x:\n        y\n\tz", 3, "TabError: inconsistent use of tabs and spaces in indentation"),
    ("x = [1, 2\ny = 3", 1, "SyntaxError: '[' was never closed"),
    ("x = [1, 2\ndef f():\n    pass", 1, "SyntaxError: '[' was never closed"),
    ("d = {'a': 1\nd['b'] = 2", 1, "SyntaxError: '{' was never closed"),
    ("x = yield = 1", 1, "SyntaxError: assignment to yield expression not possible"),
    ("def f(): yield = 1", 1, "SyntaxError: assignment to yield expression not possible"),
    ("def f():\n    x: int = 1\n    global x", 3, "SyntaxError: annotated name 'x' can't be global"),
    ("'a' 'b", 1, "SyntaxError: unterminated string literal (detected at line 1)"),
    ("from . import *\ndef f():\n    from x import *", 3, "SyntaxError: import * only allowed at module level"),
    ("def f(x):\n    def x(x, x): pass", 2, "SyntaxError: duplicate argument 'x' in function definition"),
    (
        "def f():\n    if x:\n        y\n   z",
        4,
        "IndentationError: unindent does not match any outer indentation level",
    ),
    ("__debug__ = 1", 1, "SyntaxError: cannot assign to __debug__"),
    ("f(__debug__=1)", 1, "SyntaxError: cannot assign to __debug__"),
    (
        "\"\\x4\"",
        1,
        "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape",
    ),
    (
        "\"\\u12\"",
        1,
        "SyntaxError: (unicode error) 'unicodeescape' codec can't decode bytes in position 0-3: truncated \\uXXXX escape",
    ),
    ("(x.y = 1)", 1, "SyntaxError: cannot assign to attribute here. Maybe you meant '==' instead of '='?"),
    ("if f(x) = 3: pass", 1, "SyntaxError: cannot assign to function call here. Maybe you meant '==' instead of '='?"),
    ("while x[0] = 1: pass", 1, "SyntaxError: cannot assign to subscript here. Maybe you meant '==' instead of '='?"),
    ("exec 'a' in b", 1, "SyntaxError: Missing parentheses in call to 'exec'. Did you mean exec(...)?"),
    ("def f(a=):pass", 1, "SyntaxError: expected default value expression"),
    ("def f():\n\nx = 1", 3, "IndentationError: expected an indented block after function definition on line 1"),
    ("if x:\n    # c\ny", 3, "IndentationError: expected an indented block after 'if' statement on line 1"),
    ("class A:\n", 1, "IndentationError: expected an indented block after class definition on line 1"),
    ("for i in x:\n\n\n", 3, "IndentationError: expected an indented block after 'for' statement on line 1"),
    ("0b1_", 1, "SyntaxError: invalid binary literal"),
    (
        "0_7",
        1,
        "SyntaxError: leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers",
    ),
    ("0b102", 1, "SyntaxError: invalid digit '2' in binary literal"),
    ("0o9", 1, "SyntaxError: invalid digit '9' in octal literal"),
    ("€", 1, "SyntaxError: invalid character '€' (U+20AC)"),
    ("a€b", 1, "SyntaxError: invalid character '€' (U+20AC)"),
    ("\u{7}", 1, "SyntaxError: invalid non-printable character U+0007"),
    ("x\u{a0}= 1", 1, "SyntaxError: invalid non-printable character U+00A0"),
    ("x = ‘a’", 1, "SyntaxError: invalid character '‘' (U+2018)"),
    ("x = a–b", 1, "SyntaxError: invalid character '–' (U+2013)"),
    ("x = {'a': [1, 2}", 1, "SyntaxError: closing parenthesis '}' does not match opening parenthesis '['"),
    ("f'{a'", 1, "SyntaxError: f-string: expecting '}'"),
    ("f'{a!}'", 1, "SyntaxError: f-string: invalid conversion character: expected 's', 'r', or 'a'"),
    ("f'a}}b}'", 1, "SyntaxError: f-string: single '}' is not allowed"),
    ("f'{a b c}'", 1, "SyntaxError: f-string: invalid syntax. Perhaps you forgot a comma?"),
    ("f'{!r}'", 1, "SyntaxError: f-string: expression required before '!'"),
    ("f'{ }'", 1, "SyntaxError: f-string: empty expression not allowed"),
    ("f'{yield}'", 1, "SyntaxError: 'yield' outside function"),
    ("f'{a['b']}'", 1, "SyntaxError: f-string: unmatched '['"),
    ("f'{\"' '\"}'", 1, "SyntaxError: f-string: unterminated string"),
    ("def f():\n  nonlocal a, b", 2, "SyntaxError: no binding for nonlocal 'a' found"),
    ("class A:\n  nonlocal x", 2, "SyntaxError: no binding for nonlocal 'x' found"),
    ("[x := 1 for x in w]", 1, "SyntaxError: assignment expression cannot rebind comprehension iteration variable 'x'"),
    (
        "[x for x in (y := w)]",
        1,
        "SyntaxError: assignment expression cannot be used in a comprehension iterable expression",
    ),
    (
        "class A:\n  [y := 1 for z in w]",
        2,
        "SyntaxError: assignment expression within a comprehension cannot be used in a class body",
    ),
    ("def f(): [(yield) for x in y]", 1, "SyntaxError: 'yield' inside list comprehension"),
    ("f(*x for x in y)", 1, "SyntaxError: iterable unpacking cannot be used in comprehension"),
    ("a < b < c = 1", 1, "SyntaxError: cannot assign to comparison"),
    ("(*a) = 1", 1, "SyntaxError: cannot use starred expression here"),
    ("None: int", 1, "SyntaxError: illegal target for annotation"),
    ("for None in x: pass", 1, "SyntaxError: cannot assign to None"),
    ("True += 1", 1, "SyntaxError: 'True' is an illegal expression for augmented assignment"),
    ("del None", 1, "SyntaxError: cannot delete None"),
    ("del x()", 1, "SyntaxError: cannot delete function call"),
    ("del x + 1", 1, "SyntaxError: cannot delete expression"),
    ("None := 1", 1, "SyntaxError: cannot use assignment expressions with None"),
    ("(None := 1)", 1, "SyntaxError: cannot use assignment expressions with None"),
    ("((a, b) := 1)", 1, "SyntaxError: cannot use assignment expressions with tuple"),
    ("(a[0] := 1)", 1, "SyntaxError: cannot use assignment expressions with subscript"),
    ("lambda: y := 1", 1, "SyntaxError: cannot use assignment expressions with lambda"),
    ("i = 0o08", 1, "SyntaxError: invalid digit '8' in octal literal"),
];

/// Python that is not in the language, refused by name.
const OUTSIDE: &[(&str, &str)] = &[
    ("async def f(): pass", "'async' is outside the language of this REPL"),
    ("await x", "'await' is outside the language of this REPL"),
    ("match x:\n    case 1: pass", "'match' is outside the language of this REPL"),
    ("'\\N{foo}'", "\\N{...} escapes are outside the language of this REPL"),
    ("f'\\N{DASH}'", "\\N{...} escapes are outside the language of this REPL"),
    ("b'a'", "bytes literals are outside the language of this REPL"),
    ("b'a' 'c'", "bytes literals are outside the language of this REPL"),
    ("try:\n  pass\nexcept* A: pass", "'except*' is outside the language of this REPL"),
];

#[test]
fn errors_read_as_in_python() {
    for (text, line, want) in AS_IN_PYTHON {
        let (error, at) = refusal(text).unwrap_or_else(|| panic!("{text:?} is accepted"));
        assert_eq!((error.to_string().as_str(), at), (*want, *line), "{text:?}");
        assert_eq!(error.trace.len(), 1);
        assert_eq!(&*error.trace[0].function, "<module>");
    }
}

#[test]
fn what_is_outside_the_language_is_refused_by_name() {
    for (text, want) in OUTSIDE {
        let (error, _) = refusal(text).unwrap_or_else(|| panic!("{text:?} is accepted"));
        assert_eq!(error.message, *want, "{text:?}");
    }
}

#[test]
fn an_unclosed_bracket_is_shown_where_it_opens() {
    let (error, _) = refusal("x = f((1, 2)\ny = 3").expect("unclosed");
    assert_eq!(error.trace[0].span.range(), 5..6);
}

#[test]
fn the_first_wrong_statement_is_told() {
    let (error, line) = refusal("f() = 1\nx x").expect("wrong");
    assert_eq!((line, error.message.contains("cannot assign")), (1, true));
}

fn module(text: &str, mode: Mode) -> Module {
    parse(&Source::new("<test>", text), mode).unwrap_or_else(|e| panic!("{text:?}: {e}"))
}

#[test]
fn commands_are_lines_of_their_own() {
    let commands = |text: &str, mode: Mode| -> Vec<String> {
        let kinds = module(text, mode).body.into_iter().map(|s| s.kind);
        kinds.filter_map(|k| if let StmtKind::Command(c) = k { Some(c) } else { None }).collect()
    };
    let text = "x = 1\n%matplotlib inline\n:grad 'w # \n\nif x:\n    y\n:vars";
    assert_eq!(commands(text, Mode::File), ["%matplotlib inline", ":grad 'w #", ":vars"]);
    assert_eq!(commands("torch.add?\n?x\nx??", Mode::Prompt), ["torch.add?", "?x", "x??"]);
    assert_eq!(commands("f(1\n%x)", Mode::Prompt), [""; 0]);
    for text in ["x?", "?x", "if x:\n    :grad w", "x = 1; :vars"] {
        assert_eq!(refusal(text).expect(text).0.message, "invalid syntax");
    }
}

#[test]
fn only_the_last_statement_before_a_final_semicolon_is_quiet() {
    let quiet = |text: &str| -> Vec<bool> { module(text, Mode::File).body.iter().map(|s| s.quiet).collect() };
    assert_eq!(quiet("a; b;  # c\nc\nd;"), [false, true, false, true]);
    assert_eq!(quiet("a; b"), [false, false]);
}

#[test]
fn spans_have_no_blanks_and_balanced_brackets() {
    let text = "x = ( a + b )*c  # note\nif x :\n    return_ = f( 1 , k = 2 ) [ 0 : 1 ]\n\n";
    let source = Source::new("<test>", text);
    let body = parse(&source, Mode::File).expect("valid").body;
    assert_eq!(source.slice(body[0].span), "x = ( a + b )*c");
    assert_eq!(source.slice(body[1].span).lines().last(), Some("    return_ = f( 1 , k = 2 ) [ 0 : 1 ]"));
    let StmtKind::Assign { value, .. } = &body[0].kind else { panic!("an assignment") };
    assert_eq!(source.slice(value.span), "( a + b )*c");
    let ExprKind::Binary(left, ..) = &value.kind else { panic!("a product") };
    assert_eq!(source.slice(left.span), "a + b");
}

#[test]
fn every_layout_of_a_block_gives_the_same_tree() {
    let print = |text: &str| -> String {
        let body = module(text, Mode::File).body;
        let StmtKind::If { test, body, orelse } = &body[0].kind else { panic!("an if") };
        let list = |body: &[Stmt]| -> Vec<String> {
            body.iter().map(|s| if let StmtKind::Expr(e) = &s.kind { unparse(e) } else { "?".to_string() }).collect()
        };
        format!("{} {:?} {:?}", unparse(test), list(body), list(orelse))
    };
    let want = "a [\"b\", \"c\"] [\"d\"]";
    for text in [
        "if a:\n    b\n    c\nelse:\n    d",
        "if a:\n\tb\n\tc\nelse:\n d\n",
        "if a: b; c\nelse: d",
        "\n# x\nif a: # y\n\n   b\n# z\n\n   c;\nelse :\n\n\n  d\n    # w",
        "if a :\r\n  b\r\n\r\n  c\r\nelse:\r\n  d\r\n",
        "if \\\n a:\n  b; \\\n  c\nelse: d",
        "\u{feff}if (a\n):\n  b ;c\nelse: (\n# x\nd)",
    ] {
        assert_eq!(print(text), want, "{text:?}");
    }
}

#[test]
fn pasted_prompts_are_stripped() {
    assert_eq!(strip_prompts(">>> for i in x:\n...     i\n... \n1\n>>> y"), "for i in x:\n    i\n\ny\n");
    assert_eq!(strip_prompts("In [3]: f(1,\n   ...:   2)\nOut[3]: 4"), "f(1,\n  2)\n");
    assert_eq!(strip_prompts("...\nx"), "...\nx");
}

/// Runs on a stack as large as that of a main thread; test threads have a quarter.
fn with_main_stack(work: fn()) {
    let thread = std::thread::Builder::new().stack_size(8 << 20).spawn(work);
    thread.expect("a thread").join().expect("no overflow");
}

#[test]
fn nesting_is_limited_and_never_overflows() {
    with_main_stack(|| {
        let n = MAX_BRACKETS;
        for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("{1:", "}"), ("[x for x in ", "]"), ("a[", "]")] {
            let nest = |n: usize| format!("{}1{}", open.repeat(n), close.repeat(n));
            assert!(refusal(&nest(n)).is_none(), "{open}");
            let (error, _) = refusal(&nest(n + 1)).expect("too deep");
            assert_eq!(error.message, "too many nested parentheses");
            assert!(refusal(&nest(20_000)).is_some());
        }
        for part in ["not ", "-", "lambda: ", "x ** ", "a if b else ", "x + ", "-x ** "] {
            assert!(refusal(&format!("{}x", part.repeat(150))).is_none(), "{part}");
            let (error, _) = refusal(&format!("{}x", part.repeat(20_000))).expect("too deep");
            assert_eq!(error.message, "expression too deeply nested", "{part}");
        }
        for part in ["x.a", "x()", "x[0]"] {
            let chain = format!("x{}", part[1..].repeat(2900));
            let tree = parse_expression(&Source::new("<test>", chain.as_str())).expect(part);
            assert_eq!(unparse(&tree), chain);
            assert!(refusal(&format!("x{}", part[1..].repeat(20_000))).is_some(), "{part}");
        }
        let blocks = |n: usize| {
            let headers: String = (0..n).map(|i| format!("{}if x:\n", " ".repeat(i))).collect();
            format!("{headers}{}pass\n", " ".repeat(n))
        };
        assert!(refusal(&blocks(99)).is_none());
        assert_eq!(refusal(&blocks(100)).expect("too deep").0.message, "too many levels of indentation");
    });
}

#[test]
fn long_flat_texts_parse() {
    with_main_stack(|| {
        let n = 5000;
        for text in [
            format!("x = {}1", "1, ".repeat(n)),
            format!("x = {}1", "1 < ".repeat(n)),
            format!("x = {}1", "a and ".repeat(n)),
            format!("f({})", "a, ".repeat(n)),
            format!("x = {}1", "1 + ".repeat(2900)),
            format!("if x: pass\n{}", "elif x: pass\n".repeat(2900)),
            format!("x = {}", "'a' ".repeat(n)),
            format!("[a {}]", "for a in b ".repeat(n)),
        ] {
            assert!(refusal(&text).is_none(), "{}", &text[..20]);
        }
    });
}

/// Texts made of tokens in any order.
fn soup() -> impl Strategy<Value = String> {
    const WORDS: &[&str] = &[
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ",",
        ":",
        ";",
        "=",
        "==",
        ":=",
        "+",
        "-",
        "*",
        "**",
        ".",
        "...",
        "->",
        "@",
        "<",
        "%",
        "|",
        "\n",
        "\n    ",
        "\n  ",
        "\n\t",
        " ",
        "\\\n",
        "# c\n",
        "if ",
        "elif ",
        "else",
        "for ",
        "in ",
        "while ",
        "def ",
        "class ",
        "try",
        "except ",
        "finally",
        "with ",
        "as ",
        "lambda ",
        "return ",
        "yield ",
        "import ",
        "from ",
        "not ",
        "and ",
        "is ",
        "None",
        "global ",
        "nonlocal ",
        "del ",
        "x",
        "y ",
        "f",
        "1",
        "1.5",
        "0x",
        "'a'",
        "\"b",
        "f'{",
        "f'{x!r:>{y}}'",
        "'''",
        "}'",
        "σ",
        "€",
        "?",
        "!",
        "print ",
        "async ",
        "match ",
    ];
    prop::collection::vec(prop::sample::select(WORDS).prop_map(str::to_string), 0..60).prop_map(|w| w.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_panics(text in soup()) {
        let source = Source::new("<test>", text.clone());
        if let Err(error) = parse(&source, Mode::Prompt) {
            prop_assert!(error.trace.len() == 1 && error.trace[0].span.start as usize <= text.len());
        }
        let _ = parse_expression(&source);
        let _ = super::completeness(&text);
        prop_assert_eq!(super::highlight(&text).to_plain(), text);
    }
}

#[test]
fn time_is_linear() {
    let time = |n: usize| {
        let text = "x = [f(a, (b, c), d={1: (2, [3])}) for a, b in c if (not d)]\nif x: y = (a, b)\n".repeat(n);
        let source = Source::new("<test>", text);
        let start = std::time::Instant::now();
        assert!(parse(&source, Mode::File).is_ok());
        start.elapsed()
    };
    time(10);
    let (short, long) = (time(50), time(500));
    assert!(long < short * 40, "{short:?} {long:?}");
}
