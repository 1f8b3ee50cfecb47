//! Programs of the language with what Python prints, what errors show, and structures too deep for recursion.

mod support;

use std::path::Path;
use std::time::{Duration, Instant};
use support::missing;
use support::session::{Runner, on_a_large_stack};
use support::{files, project, recording};
use tensor_repl::session::Outcome;

#[test]
fn programs_print_what_python_prints() {
    let programs = files("tests/language", "jsonl");
    let results = programs.iter().flat_map(|path| recording::run(path, "language")).collect();
    missing::check("tests/language/missing.txt", results);
}

/// What a script shows that ends in an error.
fn error_of(text: &'static str) -> String {
    on_a_large_stack(move || {
        let (shown, outcome) = Runner::quiet().run(text);
        assert_ne!(outcome, Outcome::Ok, "{shown}");
        shown
    })
}

#[test]
fn a_traceback_names_functions_and_lines_innermost_last() {
    let shown = error_of("def inner(x):\n    return 1 / x\n\ndef outer(x):\n    return inner(x)\n\nouter(0)\n");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[0], "ZeroDivisionError: division by zero", "{shown}");
    let place = |text: &str| lines.iter().position(|l| l.contains(text)).unwrap_or_else(|| panic!("{text}\n{shown}"));
    assert!(place("line 7") < place("line 5") && place("line 5") < place("line 2"), "{shown}");
    assert!(lines.iter().any(|l| l.contains("outer") && l.contains("return inner(x)")), "{shown}");
    assert!(lines.iter().any(|l| l.trim() == "return 1 / x"), "{shown}");
}

#[test]
fn syntax_errors_speak_python_and_name_what_is_outside_the_subset() {
    let cases = [
        ("print((1, 2)", "SyntaxError: '(' was never closed"),
        ("if True\n    pass", "SyntaxError: expected ':'"),
        ("def f():\npass", "IndentationError: expected an indented block after function definition on line 1"),
        ("if x = 1:\n    pass", "SyntaxError: invalid syntax. Maybe you meant '==' or ':=' instead of '='?"),
        ("x = 'abc", "SyntaxError: unterminated string literal"),
        ("  x = 1", "IndentationError: unexpected indent"),
        ("f(a=1, 2)", "SyntaxError: positional argument follows keyword argument"),
        ("return 1", "SyntaxError: 'return' outside function"),
        ("break", "SyntaxError: 'break' outside loop"),
        ("1 = x", "SyntaxError: cannot assign to literal"),
        ("async def f(): pass", "SyntaxError: "),
        ("match x:\n    case 1: pass", "SyntaxError: "),
    ];
    for (text, first) in cases {
        let shown = error_of(text);
        assert!(shown.starts_with(first), "{text:?} gives\n{shown}");
    }
}

#[test]
fn a_million_nodes_run_backward_and_are_freed() {
    on_a_large_stack(|| {
        let mut runner = Runner::quiet();
        runner.set_up("import torch\nx = torch.ones(1, requires_grad=True)\ny = x\n");
        runner.set_up("def grow(y, n):\n    for _ in range(n):\n        y = y + x\n    return y\n");
        runner.set_up("y = grow(y, 1_000_000)\ny.backward()");
        assert_eq!(runner.run("print(x.grad)").0, "tensor([1000001.])\n");
        runner.set_up("y = grow(x, 1_000_000)\ndel y");
        assert_eq!(runner.run("print(1)").0, "1\n");
    });
}

#[test]
fn nested_values_of_any_depth_are_freed() {
    // The stack is an ordinary one: freeing must not need a large one.
    let ran = std::thread::Builder::new().stack_size(8 << 20).spawn(|| {
        let mut runner = Runner::quiet();
        runner.set_up("def nest(n, wrap):\n    x = None\n    for _ in range(n):\n        x = wrap(x)\n    return x\n");
        for wrap in ["lambda x: [x]", "lambda x: (x,)", "lambda x: {'k': x}"] {
            runner.set_up(&format!("x = nest(1_000_000, {wrap})\ndel x"));
        }
        runner.set_up("class Link: pass\ndef link(x):\n    l = Link()\n    l.next = x\n    return l\n");
        runner.set_up("x = nest(200_000, link)\nx = None");
        runner.run("print('alive')").0
    });
    assert_eq!(ran.unwrap().join().unwrap(), "alive\n");
}

#[test]
fn recursion_ends_in_an_error() {
    let programs = [
        "def f(n):\n    return f(n + 1)\nf(0)",
        "def f(n):\n    return n if n == 0 else f(n - 1)\nf(100_000)",
        "class A:\n    def __repr__(self): return repr(self)\nrepr(A())",
        "class A:\n    def __getattr__(self, name): return self.other\nA().x",
        "class A:\n    def __eq__(self, other): return self == other\nA() == A()",
        "class A:\n    def __iter__(self): return iter(self)\nlist(A())",
        "def f(x): return sorted([2, 1], key=f)\nf(1)",
        "def f(x): return list(map(f, [x]))\nf(1)",
        "def g():\n    yield from g()\nlist(g())",
        "x = []\nfor _ in range(100_000): x = [x]\nrepr(x)",
        "x = []\ny = []\nfor _ in range(100_000): x, y = [x], [y]\nx == y",
        "f = lambda: f()\nf()",
    ];
    for text in programs {
        let shown = error_of(text);
        assert!(shown.starts_with("RecursionError: "), "{text}\n{}", shown.chars().take(300).collect::<String>());
    }
}

#[test]
fn expressions_nested_too_deep_are_refused_at_once() {
    let start = Instant::now();
    for text in
        [format!("{}1{}", "(".repeat(5000), ")".repeat(5000)), format!("{}1{}", "[".repeat(300), "]".repeat(300))]
    {
        let shown = on_a_large_stack(move || Runner::quiet().run(&text).0);
        assert!(
            shown.contains("Error: too many nested parentheses"),
            "{}",
            shown.chars().take(200).collect::<String>()
        );
    }
    for text in [format!("{}1", "-".repeat(5000)), format!("x = {}1", "not ".repeat(5000)), "1 + ".repeat(20_000) + "1"]
    {
        // Either is fine, a crash is not.
        on_a_large_stack(move || Runner::quiet().run(&text));
    }
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[test]
fn variables_survive_an_error() {
    on_a_large_stack(|| {
        let mut runner = Runner::quiet();
        runner.set_up("x = [1, 2]");
        runner.run("x.append(3); x.append(1 / 0); x.append(4)");
        assert_eq!(runner.run("print(x)").0, "[1, 2, 3]\n");
    });
}

/// The dotted names of the packages of the prelude in a folder and below it.
fn packages(folder: &Path, name: &str, found: &mut Vec<String>) {
    if folder.join("__init__.py").exists() {
        found.push(name.to_string());
    }
    for entry in std::fs::read_dir(folder).expect("a folder of the prelude").flatten().filter(|e| e.path().is_dir()) {
        let child = entry.file_name().into_string().expect("a module's name");
        packages(&entry.path(), [name, &child].join(".").trim_start_matches('.'), found);
    }
}

#[test]
fn every_name_that_a_package_offers_is_there() {
    let mut packages_found = Vec::new();
    packages(&project("src/prelude"), "", &mut packages_found);
    assert!(packages_found.iter().any(|p| p == "torch.nn.modules"), "{packages_found:?}");
    let program: String = packages_found
        .iter()
        .map(|p| format!("import {p}\nassert dir({p}), '{p}'\nfor name in dir({p}):\n    getattr({p}, name)\n\n"))
        .collect();
    on_a_large_stack(move || {
        let (shown, outcome) = Runner::quiet().run(&program);
        assert_eq!(outcome, Outcome::Ok, "{shown}");
    });
}

#[test]
fn packages_offer_what_pytorchs_do_and_no_more() {
    let absent =
        ["torch.grad", "torch.optim.StepLR", "torch.optim.sgd", "torch.nn.Hooks", "torch.nn.utils.pad_sequence"];
    for name in absent {
        let (module, attribute) = name.rsplit_once('.').expect("a dotted name");
        let shown = error_of(Box::leak(format!("import torch\n{name}\n").into_boxed_str()));
        let first = format!("AttributeError: module '{module}' has no attribute '{attribute}'");
        assert!(shown.starts_with(&first), "{shown}");
    }
}
