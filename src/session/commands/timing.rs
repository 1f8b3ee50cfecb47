//! `:time` and `%timeit`: how long a statement takes.

use super::{Command, Done, misused};
use crate::diag::{Result, Style, Text};
use crate::session::engine::Session;
use std::time::{Duration, Instant};

/// How many times the timing is repeated.
const REPEATS: usize = 7;
/// How long one repeat should take at least.
const ENOUGH: Duration = Duration::from_millis(50);
/// The most runs in one repeat.
const MAX_RUNS: u64 = 1_000_000;

/// `:time`
pub static TIME: Command = Command {
    name: "time",
    aliases: &[],
    usage: "statement",
    doc: "Time a statement.\n\
          It is repeated as often as it takes, and the median and the spread are shown. What takes more than half a second runs once.",
    example: ":time x @ w",
    run: |session, argument| time(session, argument, &TIME),
};

/// `:timeit`
pub static TIMEIT: Command = Command {
    name: "timeit",
    aliases: &[],
    usage: "statement",
    doc: "The same as :time.",
    example: "%timeit x @ w",
    run: |session, argument| time(session, strip_options(argument), &TIMEIT),
};

/// Drops IPython's options `-n 10` and `-r 3`.
fn strip_options(text: &str) -> &str {
    let mut rest = text.trim();
    while let Some(option) = rest.strip_prefix("-n").or_else(|| rest.strip_prefix("-r")) {
        rest = option.trim_start().trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    }
    rest
}

fn time(session: &mut Session, text: &str, command: &Command) -> Result<Done> {
    if text.is_empty() {
        return Err(misused(command, "a statement is expected"));
    }
    let codes = session.compile_quietly(text)?;
    let mut run = |n: u64| -> Result<Duration> {
        let start = Instant::now();
        for _ in 0..n {
            for code in &codes {
                session.machine.run_code(code, &session.main)?;
            }
        }
        Ok(start.elapsed())
    };
    let first = run(1)?;
    if first > Duration::from_millis(500) {
        session.say(Text::plain(format!("{}   (1 run)", show(first.as_secs_f64()))))?;
        return Ok(Done::Next);
    }
    let mut runs = 1u64;
    let mut elapsed = run(1)?;
    while elapsed < ENOUGH && runs < MAX_RUNS {
        let scale = (ENOUGH.as_secs_f64() / elapsed.as_secs_f64().max(1e-9)).clamp(2.0, 100.0);
        runs = ((runs as f64 * scale) as u64).clamp(runs + 1, MAX_RUNS);
        elapsed = run(runs)?;
    }
    let mut times = vec![elapsed.as_secs_f64() / runs as f64];
    for _ in 1..REPEATS {
        times.push(run(runs)?.as_secs_f64() / runs as f64);
    }
    times.sort_by(f64::total_cmp);
    let mut out = Text::styled(Style::Number, show(times[times.len() / 2]));
    let spread = format!("{} to {}", show(times[0]), show(times[times.len() - 1]));
    let plural = if runs == 1 { "" } else { "s" };
    out.push(Style::Dim, &format!("   median of {REPEATS} x {runs} run{plural}, {spread}"));
    session.say(out)?;
    Ok(Done::Next)
}

/// A duration in seconds with three digits and a unit.
pub fn show(seconds: f64) -> String {
    let (value, unit) = match seconds {
        s if s >= 1.0 => (s, "s"),
        s if s >= 1e-3 => (s * 1e3, "ms"),
        s if s >= 1e-6 => (s * 1e6, "us"),
        s => (s * 1e9, "ns"),
    };
    let decimals = if value >= 100.0 {
        0
    } else if value >= 10.0 {
        1
    } else {
        2
    };
    format!("{value:.decimals$} {unit}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_three_digits() {
        assert_eq!(show(1.2345), "1.23 s");
        assert_eq!(show(0.01234), "12.3 ms");
        assert_eq!(show(4.56e-7), "456 ns");
        assert_eq!(strip_options("-n 10 -r3 f(x)"), "f(x)");
    }
}
