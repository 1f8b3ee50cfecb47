//! A transcript of a session with commands: `UPDATE=1 cargo test --test commands` rewrites it.

use tensor_repl::session::{Capture, Origin, Outcome, Session, Settings};

const PROMPT: &str = ">>> ";

fn session() -> (Session, Capture) {
    let capture = Capture::default();
    let mut session = Session::new(Box::new(capture.clone()), Settings::default());
    session.bind_prompt_names();
    (session, capture)
}

#[test]
fn a_session_with_commands() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/commands/session.txt");
    let text = std::fs::read_to_string(path).expect("the transcript");
    let (mut session, capture) = session();
    let mut shown = String::new();
    for line in text.lines().filter_map(|l| l.strip_prefix(PROMPT)) {
        session.run(line, "<input>", Origin::Prompt);
        shown.push_str(&format!("{PROMPT}{line}\n{}", capture.take()));
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, shown).expect("the transcript written");
        return;
    }
    assert_eq!(shown, text);
}

#[test]
fn a_cell_magic_times_what_follows_it() {
    let (mut session, capture) = session();
    assert_eq!(session.run("%%time\nx = torch.ones(2)\nx.sum()", "<input>", Origin::Prompt), Outcome::Ok);
    let shown = capture.take();
    let last = shown.lines().last().unwrap_or("");
    assert!(shown.starts_with("tensor(2.)\n") && last.starts_with("Wall time: ") && last.ends_with('s'), "{shown}");
}

#[test]
fn what_is_saved_is_what_worked_with_its_imports() {
    let path = std::env::temp_dir().join(format!("saved-session-{}.py", std::process::id()));
    let (mut session, _) = session();
    for line in
        ["arange(3) + 1", "_ * 2", "torch.ones(2) + ones(3)", "m = nn.ReLU()", "def g():\n    return math.pi", "g()"]
    {
        session.run(line, "<input>", Origin::Prompt);
    }
    assert_eq!(session.run(&format!(":save {}", path.display()), "<input>", Origin::Prompt), Outcome::Ok);
    let saved = std::fs::read_to_string(&path).expect("the saved file");
    let want = "from torch import nn\nimport math\nfrom torch import arange\n\n\
                _ = arange(3) + 1\n_ * 2\nm = nn.ReLU()\ndef g():\n    return math.pi\ng()\n";
    assert_eq!(saved, want);
    let settings = Settings::default();
    let mut fresh = Session::new(Box::<Capture>::default(), settings);
    assert_eq!(fresh.run(&saved, "saved.py", Origin::File), Outcome::Ok);
    let _ = std::fs::remove_file(path);
}

#[test]
fn undefined_names_are_warned_of() {
    let (_, capture) = session();
    let mut session = Session::new(Box::new(capture.clone()), Settings::default());
    let text = "import math\ndef f(x):\n    return math.sqrt(x) + later + nowhere\nlater = 1\nprint(f(1), [i for i in range(3)], __name__)\n";
    assert_eq!(session.check(text, "a.py", Origin::File), Outcome::Ok);
    assert_eq!(capture.take(), "NameWarning: a.py, line 3: name 'nowhere' is not defined\n");
    assert_eq!(session.check("x = = 1\n", "a.py", Origin::File), Outcome::Syntax);
}

#[test]
fn leaving_ends_the_text() {
    let (mut session, capture) = session();
    assert_eq!(session.run("print(1)\n:quit\nprint(2)\n", "<input>", Origin::Prompt), Outcome::Exit(0));
    assert_eq!(capture.take(), "1\n");
}
