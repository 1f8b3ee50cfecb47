//! The command line: statuses, streams, order, and where code comes from.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// What a run came to.
struct Done {
    status: Option<i32>,
    out: String,
    err: String,
}

/// Runs the program with those arguments and that standard input.
fn run(args: &[&str], input: &str) -> Done {
    let mut child = Command::new(env!("CARGO_BIN_EXE_repl"))
        .args(args)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    // A program that does not read its input may have ended already.
    let _ = child.stdin.take().expect("a pipe").write_all(input.as_bytes());
    let output = child.wait_with_output().expect("the program ends");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is text");
    Done { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A script in a folder of its own.
fn script(name: &str, text: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("tensor-repl-cli-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("a script");
    path
}

#[test]
fn statuses_tell_how_it_ended() {
    let cases: [(&[&str], i32); 8] = [
        (&["-e", "1"], 0),
        (&["-e", "1/0"], 1),
        (&["-e", "x ="], 2),
        (&["--nonsense"], 2),
        (&["--max-memory", "lots"], 2),
        (&["no-such-file.py"], 2),
        (&["-e", "import sys; sys.exit(7)", "-e", "print('not reached')"], 7),
        (&["--help"], 0),
    ];
    for (args, status) in cases {
        let done = run(args, "");
        assert_eq!(done.status, Some(status), "{args:?}: {}{}", done.out, done.err);
        assert!(!done.out.contains("not reached"));
    }
}

#[test]
fn values_go_out_and_errors_aside() {
    let done = run(&["--plain", "-e", "print('a', end='')\n1/0"], "");
    assert_eq!(done.out, "a\n");
    assert!(done.err.starts_with("ZeroDivisionError: division by zero\n"), "{}", done.err);
    assert!(!done.out.contains('\x1b') && !done.err.contains('\x1b'));
}

#[test]
fn wrong_usage_is_told_in_one_form() {
    for args in [&["--colour", "always"][..], &["--threads", "none"], &["a.py", "b.py"], &["--color", "blue"]] {
        let done = run(args, "");
        assert_eq!(done.status, Some(2));
        let lines: Vec<&str> = done.err.lines().collect();
        assert!(lines.len() == 2 && lines[0].starts_with("repl: ") && lines[1].starts_with("help: "), "{}", done.err);
    }
    assert!(run(&["--colour", "always"], "").err.contains("--color"));
}

#[test]
fn code_and_files_run_in_the_order_given() {
    let path = script("order.py", "x = x + 1\nx\n");
    let path = path.to_str().expect("a path");
    let done = run(&["--plain", "-e", "x = 1", "--file", path, "-e", "x * 10"], "");
    assert_eq!((done.status, done.out.as_str()), (Some(0), "2\n20\n"), "{}", done.err);
    let done = run(&["--plain", path, "-e", "1"], "");
    assert_eq!(done.status, Some(1), "the file runs first and misses x");
}

#[test]
fn arguments_follow_two_dashes() {
    let path = script("arguments.py", "import sys\nprint(sys.argv[1:], sys.argv[0].endswith('arguments.py'))\n");
    let done = run(&[path.to_str().expect("a path"), "--", "-a", "b c"], "");
    assert_eq!(done.out, "['-a', 'b c'] True\n", "{}", done.err);
}

#[test]
fn plain_and_quiet() {
    let code = "x = torch.ones(2); x";
    assert_eq!(run(&["-e", code], "").out, "tensor([1., 1.])\n f32[2]\n");
    assert_eq!(run(&["--plain", "-e", code], "").out, "tensor([1., 1.])\n");
    let done = run(&["--quiet", "-e", "torch.ones(2)\nprint(1)"], "");
    assert_eq!((done.out.as_str(), done.status), ("1\n", Some(0)));
}

#[test]
fn standard_input_is_taken_statement_by_statement() {
    let text = "def f(x):\n    y = x + 1\n\n    return y\nf(1)\nfor i in range(2):\n    print(i)\nelse:\n    print('end')\n1/0\nf(2)\n";
    let done = run(&["--plain"], text);
    assert_eq!((done.out.as_str(), done.status), ("2\n0\n1\nend\n", Some(1)), "{}", done.err);
    let done = run(&["--plain", "--keep-going", "-"], text);
    assert_eq!((done.out.as_str(), done.status), ("2\n0\n1\nend\n3\n", Some(1)), "{}", done.err);
    let done = run(&["--plain", "--keep-going"], "x =\nprint(1)\n");
    assert_eq!((done.out.as_str(), done.status), ("1\n", Some(2)), "{}", done.err);
    let done = run(&["--plain"], ">>> x = [1,\n...   2]\n>>> x\n");
    assert_eq!(done.out, "[1, 2]\n", "{}", done.err);
}

#[test]
fn checking_runs_nothing() {
    let good = script("good.py", "print('ran')\n");
    let bad = script("bad.py", "print('ran')\nif x\n    y\n");
    let done = run(&["--check", good.to_str().expect("a path")], "");
    assert_eq!((done.status, done.out.as_str()), (Some(0), ""), "{}", done.err);
    let done = run(&["--check", bad.to_str().expect("a path")], "");
    assert_eq!((done.status, done.out.as_str()), (Some(2), ""));
    assert!(done.err.starts_with("SyntaxError: expected ':'"), "{}", done.err);
    assert_eq!(run(&["--check"], "print('ran')").out, "");
}

#[test]
fn colour_goes_into_a_pipe_only_when_asked_for() {
    assert!(!run(&["-e", "torch.ones(2)"], "").out.contains('\x1b'));
    assert!(run(&["--color", "always", "-e", "torch.ones(2)"], "").out.contains('\x1b'));
    assert!(!run(&["--color", "always", "--plain", "-e", "torch.ones(2)"], "").out.contains('\x1b'));
}

#[test]
fn the_memory_has_a_limit() {
    let done = run(&["--max-memory", "1M", "-e", "torch.zeros(1000, 1000)"], "");
    assert_eq!(done.status, Some(1), "{}", done.out);
    assert!(done.err.contains("MemoryError") || done.err.contains("RuntimeError"), "{}", done.err);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_repl"))
        .args(["-e", "for i in range(100000): print(i)"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn the_configuration_can_be_printed() {
    let done = run(&["--generate-config"], "");
    assert_eq!(done.status, Some(0));
    assert!(done.out.contains("theme = ") && done.out.contains("startup = "));
}
