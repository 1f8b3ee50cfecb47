//! The demos print what they print under Python with PyTorch, recorded by `demos/record.py`.

mod support;

use support::compare::same;
use support::missing;
use support::session::{Runner, on_a_large_stack, without_panic};
use support::{files, project, read, stem};

#[test]
fn demos_print_what_pytorch_prints() {
    let mut results = Vec::new();
    for path in files("demos", "py").into_iter().filter(|p| !p.ends_with("record.py")) {
        let text = read(&path);
        let expected = read(project(&format!("demos/expected/{}.txt", stem(&path))));
        let ran = without_panic(|| on_a_large_stack(move || Runner::quiet().run(&text).0));
        let printed = ran.unwrap_or_else(|panic| format!("panics: {panic}"));
        let why = (!same(&printed, &expected)).then(|| {
            let differs = printed.lines().zip(expected.lines()).find(|(a, b)| !same(a, b));
            differs.map_or("ends early or late".into(), |(a, b)| format!("{a:?} for {b:?}"))
        });
        results.push((stem(&path), why));
    }
    missing::check("demos/missing.txt", results);
}
