//! The prompt in a real terminal: the built program behind a pseudo-terminal.
#![cfg(unix)]

use expectrl::session::OsSession;
use expectrl::{Eof, Expect, Session};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

const UP: &str = "\x1b[A";
const DOWN: &str = "\x1b[B";
const END: &str = "\x05";
const LEFT: &str = "\x1b[D";
const BACKSPACE: &str = "\x7f";

/// A home directory of its own, gone when dropped.
struct Home(PathBuf);

impl Home {
    fn new(name: &str) -> Home {
        let path = std::env::temp_dir().join(format!("tensor-repl-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).expect("a home");
        Home(path)
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The program at a prompt, with the configuration and history of that home.
fn start(home: &Home, args: &[&str]) -> OsSession {
    let mut command = Command::new(env!("CARGO_BIN_EXE_repl"));
    command
        .args(args)
        .env("HOME", &home.0)
        .env("TERM", "xterm-256color")
        .env("NO_COLOR", "1")
        .env_remove("XDG_STATE_HOME")
        .env_remove("XDG_CONFIG_HOME");
    let mut session = Session::spawn(command).expect("the program starts");
    session.set_expect_timeout(Some(Duration::from_secs(60)));
    session.expect(">>> ").expect("a prompt");
    session
}

/// Types a text and waits for another.
fn says(session: &mut OsSession, typed: &str, wanted: &str) {
    session.send(typed).expect("the terminal takes keys");
    if let Err(error) = session.expect(wanted) {
        panic!("{wanted:?} after {typed:?}: {error}");
    }
}

/// Types an entry and waits for its answer and the next prompt; before that the terminal would take control keys itself.
fn runs(session: &mut OsSession, typed: &str, wanted: &str) {
    says(session, typed, wanted);
    session.expect(">>> ").expect("a prompt");
}

#[test]
fn a_block_is_one_entry() {
    let home = Home::new("block");
    let mut p = start(&home, &[]);
    // The second line is indented by the program, the third stays there, the empty one ends the block.
    says(&mut p, "def twice(x):\r", "... ");
    says(&mut p, "y = x + x\r", "... ");
    says(&mut p, "return y\r", "... ");
    says(&mut p, "\r", ">>> ");
    runs(&mut p, "twice(21)\r", "42");
    // A bracket goes on without an empty line.
    says(&mut p, "twice(\r", "... ");
    runs(&mut p, "50)\r", "100");
}

#[test]
fn backspace_joins_lines() {
    let home = Home::new("join");
    let mut p = start(&home, &[]);
    says(&mut p, "print(1,\r", "... ");
    // Four columns of indentation, then the margin, then `, 41 + 1)`.
    says(&mut p, &format!("{BACKSPACE}{BACKSPACE} 41 + 1)\r"), "1 42");
    // Left at the begin of a line goes to the end of the one before.
    says(&mut p, "print(5,\r", "... ");
    says(&mut p, &format!("{BACKSPACE}6){LEFT}{LEFT}{LEFT}{BACKSPACE} *\r"), "... ");
    runs(&mut p, &format!("{DOWN}{END}\r"), "30");
}

#[test]
fn a_pasted_cell_stays_one_entry() {
    let home = Home::new("paste");
    let mut p = start(&home, &[]);
    let cell = ">>> def area(r):\r...     return r * r\r... \r>>> area(9)\r";
    says(&mut p, &format!("\x1b[200~{cell}\x1b[201~"), "area(9)");
    runs(&mut p, "\r", "81");
    // As one entry it comes back, and runs again.
    says(&mut p, UP, "area(9)");
    runs(&mut p, "\r", "81");
}

#[test]
fn the_history_outlives_the_session() {
    let home = Home::new("history");
    let mut p = start(&home, &[]);
    says(&mut p, "for i in [6]:\r", "... ");
    says(&mut p, "print(i * 7)\r", "... ");
    runs(&mut p, "\r", "42");
    // A prompt alone may be the line as it is typed: only an answer says that the entry was taken.
    runs(&mut p, "zeta = 5; print('ta' + 'ken')\r", "taken");
    // Killed, not left.
    drop(p);
    let mut p = start(&home, &[]);
    says(&mut p, &format!("for{UP}"), "i * 7");
    runs(&mut p, "\r", "42");
    let saved = std::fs::read_to_string(home.0.join(".local/state/tensor-repl/history")).expect("a file");
    assert_eq!(saved.lines().next(), Some("for i in [6]:\\n    print(i * 7)"), "{saved}");
    // Ctrl-R finds what stands in the middle.
    says(&mut p, "\x12eta =", "zeta = 5;");
    says(&mut p, "\r", ">>> ");
    runs(&mut p, "zeta * 3\r", "15");
}

#[test]
fn an_interrupt_keeps_the_variables() {
    let home = Home::new("interrupt");
    let mut p = start(&home, &[]);
    says(&mut p, "n = 41\r", ">>> ");
    says(&mut p, "print('be' + 'gun')\rwhile True: n = 41\r\r", "begun");
    std::thread::sleep(Duration::from_millis(500));
    runs(&mut p, "\x03", "KeyboardInterrupt");
    runs(&mut p, "n + 1\r", "42");
    // At the prompt it drops what was typed.
    says(&mut p, "1/0\x03", ">>> ");
    // As everywhere in a terminal, Ctrl-C also drops what was typed ahead.
    std::thread::sleep(Duration::from_millis(300));
    runs(&mut p, "n + 2\r", "43");
}

#[test]
fn leaving() {
    let home = Home::new("leave");
    let mut p = start(&home, &[]);
    p.send("\x04").expect("the terminal takes keys");
    p.expect(Eof).expect("the program ends");
    let mut p = start(&home, &["-e", "x = 6", "-i"]);
    runs(&mut p, "x * 7\r", "42");
    p.send("import sys; sys.exit(3)\r").expect("the terminal takes keys");
    p.expect(Eof).expect("the program ends");
}

#[test]
fn names_and_letters_are_completed() {
    let home = Home::new("complete");
    let mut p = start(&home, &[]);
    says(&mut p, "\\alpha\t = 42\r", ">>> ");
    runs(&mut p, "α\r", "42");
    says(&mut p, "remarkable = 6\r", ">>> ");
    runs(&mut p, "remark\t * 7\r", "42");
}

#[test]
fn hints_are_shown_and_never_kept() {
    let home = Home::new("hints");
    let mut p = start(&home, &[]);
    says(&mut p, "grid = torch.ones(2, 3); rows = {'first': 1}\r", ">>> ");
    // The shape of a variable, the signature of a function; the entry runs without them.
    says(&mut p, "grid", "# f32[2, 3]");
    runs(&mut p, ".numel()\r", "6");
    says(&mut p, "torch.softmax(", "input, dim");
    // An entry that is given up is drawn once more, without the hint.
    p.send("\x03").expect("the terminal takes keys");
    let seen = p.expect(">>> ").expect("a prompt");
    let seen = String::from_utf8_lossy(seen.before()).into_owned();
    assert!(!seen.contains("input, dim"), "{seen:?}");
    // Keys of a dict, and keyword arguments.
    runs(&mut p, "rows['fi\t + 41\r", "42");
    runs(&mut p, "grid.sum(keepd\tTrue, dim=0).shape\r", "[1, 3]");
}

#[test]
fn commands_complete_and_help_answers() {
    let home = Home::new("help");
    let mut p = start(&home, &[]);
    runs(&mut p, ":broadc\t [3, 1] [4]\r", "3  4");
    runs(&mut p, "torch.cat?\r", "joined along dimension");
    runs(&mut p, "?nn.ReLU\r", "ReLU");
    runs(&mut p, ":help \"row sums\"\r", "torch.sum");
}

#[test]
fn without_colour_there_is_none() {
    let home = Home::new("plain");
    let mut p = start(&home, &[]);
    p.send("if 1: torch.ones(2)\r\rprint('do' + 'ne')\r").expect("the terminal takes keys");
    let seen = p.expect("done").expect("an answer");
    let seen = String::from_utf8_lossy(seen.before()).into_owned();
    assert!(seen.contains("... "), "margins are drawn: {seen:?}");
    assert!(!seen.contains("\x1b[1m") && !seen.contains("\x1b[38;5;"), "{seen:?}");
}

#[test]
fn a_broken_configuration_is_told_and_ignored() {
    let home = Home::new("config");
    let folder = home.0.join(".config/tensor-repl");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("config.toml"), "theme = \n").expect("a file");
    let mut command = Command::new(env!("CARGO_BIN_EXE_repl"));
    command.env("HOME", &home.0).env_remove("XDG_CONFIG_HOME").env_remove("XDG_STATE_HOME");
    let mut p = Session::spawn(command).expect("the program starts");
    p.set_expect_timeout(Some(Duration::from_secs(60)));
    p.expect("config.toml: line 1").expect("a report");
    p.expect(">>> ").expect("a prompt");
    std::fs::write(folder.join("config.toml"), "startup = 'answer = 42'\n").expect("a file");
    let mut p = start(&home, &[]);
    runs(&mut p, "answer + 1\r", "43");
}
