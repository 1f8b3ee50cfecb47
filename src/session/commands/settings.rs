//! `:set`: the switches of the session and how numbers are printed.

use super::{Command, Done, misused};
use crate::diag::{Fault, Result, Style, Text, did_you_mean};
use crate::display::table::{Align, Table};
use crate::display::{PrintOptions, print_options, replace_print_options};
use crate::session::engine::Session;
use crate::session::world::Show;

/// `:set`
pub static SET: Command = Command {
    name: "set",
    aliases: &[],
    usage: "[name value]",
    doc: "Show the settings, or change one.",
    example: ":set annot off",
    run: set,
};

/// A switch of the session: on or off.
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// What it switches.
    pub doc: &'static str,
    /// Where it is kept.
    pub place: fn(&mut Show) -> &mut bool,
}

/// All switches.
pub static SWITCHES: [Switch; 6] = [
    Switch { name: "annot", doc: "the line under an echoed result", place: |s| &mut s.annotate },
    Switch { name: "reached", doc: "the line after backward()", place: |s| &mut s.reached },
    Switch { name: "notes", doc: "notes on silent mistakes", place: |s| &mut s.notes },
    Switch { name: "shapes", doc: "shapes under the source line of an error", place: |s| &mut s.shapes },
    Switch { name: "help", doc: "help lines under an error", place: |s| &mut s.help },
    Switch { name: "echo", doc: "the echo of results", place: |s| &mut s.echo },
];

/// A number that says how tensors are printed.
struct Number {
    name: &'static str,
    doc: &'static str,
    place: fn(&mut PrintOptions) -> &mut usize,
    max: usize,
}

static NUMBERS: [Number; 4] = [
    Number { name: "precision", doc: "digits after the point", place: |o| &mut o.precision, max: 17 },
    Number {
        name: "threshold",
        doc: "elements from which on a tensor is summarised",
        place: |o| &mut o.threshold,
        max: usize::MAX,
    },
    Number { name: "edgeitems", doc: "elements at each end of a summary", place: |o| &mut o.edgeitems, max: 1000 },
    Number { name: "linewidth", doc: "columns of a line", place: |o| &mut o.linewidth, max: 10_000 },
];

/// The names of all settings.
pub fn names() -> impl Iterator<Item = &'static str> {
    SWITCHES.iter().map(|s| s.name).chain(NUMBERS.iter().map(|n| n.name))
}

fn set(session: &mut Session, argument: &str) -> Result<Done> {
    let words: Vec<&str> = argument.split([' ', '=']).filter(|w| !w.is_empty()).collect();
    match words.as_slice() {
        [] => {
            let text = overview(session);
            session.say(text)?;
        }
        [name] => {
            let value = change(session, name, None)?;
            session.say(Text::plain(format!("{name} {value}")))?;
        }
        [name, value] => {
            change(session, name, Some(value))?;
        }
        _ => return Err(misused(&SET, "a name and a value are expected")),
    }
    Ok(Done::Next)
}

/// Changes a setting when a value is given; returns what it is then.
fn change(session: &mut Session, name: &str, value: Option<&str>) -> Result<String> {
    if let Some(switch) = SWITCHES.iter().find(|s| s.name == name) {
        let mut shared = session.shared.borrow_mut();
        let place = (switch.place)(&mut shared.show);
        match value.map(str::to_lowercase).as_deref() {
            None => {}
            Some("on" | "true" | "yes" | "1") => *place = true,
            Some("off" | "false" | "no" | "0") => *place = false,
            Some(other) => return Err(misused(&SET, &format!("{name} is on or off, not {other}"))),
        }
        return Ok(if *place { "on" } else { "off" }.to_string());
    }
    if let Some(number) = NUMBERS.iter().find(|n| n.name == name) {
        let mut options = print_options();
        if let Some(text) = value {
            let given = text.replace('_', "").parse::<usize>().ok().filter(|n| *n <= number.max);
            let Some(given) = given else {
                return Err(misused(&SET, &format!("{name} is a number up to {}, not {text}", number.max)));
            };
            *(number.place)(&mut options) = given;
            replace_print_options(options);
        }
        return Ok((number.place)(&mut options).to_string());
    }
    let fault = Fault::name_error(format!("there is no setting {name}"));
    Err(match did_you_mean(name, names()) {
        Some(near) => fault.with_suffix(format!(". Did you mean: {near}?")),
        None => fault.with_help(":set   (lists them all)"),
    })
}

fn overview(session: &mut Session) -> Text {
    let mut table = Table::new(&[("setting", Align::Left), ("value", Align::Left), ("", Align::Left)]);
    let mut shared = session.shared.borrow_mut();
    for switch in &SWITCHES {
        let value = if *(switch.place)(&mut shared.show) { "on" } else { "off" };
        table.row([(Style::Name, switch.name.into()), (Style::Plain, value.into()), (Style::Dim, switch.doc.into())]);
    }
    let mut options = print_options();
    for number in &NUMBERS {
        let value = (number.place)(&mut options).to_string();
        table.row([(Style::Name, number.name.into()), (Style::Plain, value), (Style::Dim, number.doc.into())]);
    }
    table.render()
}
