//! A diagnostic: everything needed to show an error, and its rendering to styled text.

use super::fault::Fault;
use super::source::{Source, Span};
use super::text::{Style, Text};
use std::rc::Rc;
use unicode_width::UnicodeWidthStr;

/// A note attached to a place in the source line.
#[derive(Clone, Debug)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is said of it, for example `f32[3, 4]`.
    pub text: String,
}

/// One outer level of a traceback, rendered as one line.
#[derive(Clone, Debug)]
pub struct TraceLine {
    /// The function's name.
    pub function: String,
    /// The source's name.
    pub source: String,
    /// 1-based line number.
    pub line: usize,
    /// The text of that line.
    pub text: String,
}

/// An error ready to be shown: complete without context, without colour.
#[derive(Clone, Debug, Default)]
pub struct Diagnostic {
    /// The exception class, unqualified.
    pub kind: String,
    /// The message: the original words followed by what we add to the line.
    pub message: String,
    /// Where: the source and the innermost span.
    pub place: Option<(Rc<Source>, Span)>,
    /// Operands and their shapes, drawn under the source line.
    pub labels: Vec<Label>,
    /// Outer calls, outermost first.
    pub trace: Vec<TraceLine>,
    /// Explanations, one line each.
    pub notes: Vec<String>,
    /// Help lines.
    pub help: Vec<String>,
}

impl Diagnostic {
    /// The diagnostic of a fault, placed where its innermost traceback entry says.
    pub fn from_fault(fault: &Fault) -> Diagnostic {
        let place = fault.trace.first().map(|f| (f.source.clone(), f.span));
        let trace = fault.trace.iter().skip(1).rev().map(|f| {
            let (line, _) = f.source.position(f.span.start);
            TraceLine {
                function: f.function.to_string(),
                source: f.source.name.clone(),
                line,
                text: f.source.line(line).trim().to_string(),
            }
        });
        Diagnostic {
            kind: fault.kind.name().to_string(),
            message: format!("{}{}", fault.message, fault.suffix),
            place,
            labels: Vec::new(),
            trace: trace.collect(),
            notes: fault.notes.clone(),
            help: fault.help.clone(),
        }
    }

    /// The block shown to the user: `Type: message` at the left margin, the calls that led there, the source line with
    /// its operands, notes, then `help:`. Ends with a line break.
    pub fn render(&self) -> Text {
        let mut out = Text::new();
        out.push(Style::ErrorKind, &self.kind);
        if !self.message.is_empty() {
            out.push(Style::Error, &format!(": {}", self.message.trim_end()));
        }
        out.push(Style::Plain, "\n");
        self.render_trace(&mut out);
        if let Some((source, span)) = &self.place {
            self.render_place(&mut out, source, *span);
        }
        for note in &self.notes {
            out.push(Style::Note, &format!("  {note}\n"));
        }
        for (i, help) in self.help.iter().enumerate() {
            out.push(Style::Help, if i == 0 { "help: " } else { "      " });
            out.push(Style::Plain, &format!("{}\n", help.replace('\n', "\n      ")));
        }
        out
    }

    /// The outer calls, outermost first; long recursions are cut in the middle.
    fn render_trace(&self, out: &mut Text) {
        const SHOWN: usize = 8;
        let n = self.trace.len();
        for (i, t) in self.trace.iter().enumerate() {
            if n > SHOWN && i == SHOWN / 2 {
                out.push(Style::Dim, &format!("  ... {} more calls\n", n - SHOWN));
            }
            if n > SHOWN && (SHOWN / 2..n - SHOWN / 2).contains(&i) {
                continue;
            }
            out.push(Style::Dim, &format!("  {}, line {}, in {}:  {}\n", t.source, t.line, t.function, t.text));
        }
    }

    /// The source line, carets under the span, and one line for each labelled operand.
    fn render_place(&self, out: &mut Text, source: &Source, span: Span) {
        let (number, _) = source.position(span.start);
        let line = source.line(number);
        if line.trim().is_empty() {
            return;
        }
        let indent = line.len() - line.trim_start().len();
        let line_span = source.line_span(number);
        let width_to = |offset: u32| -> usize {
            let to = (offset.clamp(line_span.start, line_span.end) - line_span.start) as usize;
            line.get(indent..to.max(indent)).map_or(0, UnicodeWidthStr::width)
        };
        if !self.trace.is_empty() || number > 1 || source.text.trim_end().contains('\n') {
            out.push(Style::Dim, &format!("  {}, line {number}\n", source.name));
        }
        out.push(Style::Plain, &format!("  {}\n", line[indent..].trim_end()));
        let mut labels: Vec<&Label> =
            self.labels.iter().filter(|l| l.span.start >= line_span.start && l.span.start <= line_span.end).collect();
        labels.sort_by_key(|l| l.span.start);
        let mut carets = String::new();
        let mut underline = |from: usize, to: usize| {
            while carets.len() < from {
                carets.push(' ');
            }
            for _ in from.max(carets.len())..to.max(from + 1) {
                carets.push('^');
            }
        };
        if labels.is_empty() {
            underline(width_to(span.start), width_to(span.end));
            out.push(Style::Caret, &format!("  {carets}\n"));
            return;
        }
        for l in &labels {
            underline(width_to(l.span.start), width_to(l.span.end));
        }
        // The rightmost label stands on the caret line, the others below it, each under its own caret.
        for (i, l) in labels.iter().enumerate().rev() {
            let column = width_to(l.span.start);
            if i + 1 == labels.len() {
                out.push(Style::Caret, &format!("  {carets}"));
                out.push(Style::Shape, &format!(" {}\n", l.text));
            } else {
                let mut bars = String::new();
                for other in &labels[..i] {
                    let at = width_to(other.span.start);
                    while bars.len() < at {
                        bars.push(' ');
                    }
                    if at < column && bars.len() == at {
                        bars.push('|');
                    }
                }
                out.push(Style::Caret, &format!("  {bars:<column$}"));
                out.push(Style::Shape, &format!("{}\n", l.text));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_stand_under_the_source_line() {
        let source = Source::new("<input>", "a + b");
        let d = Diagnostic {
            kind: "RuntimeError".into(),
            message: "sizes".into(),
            place: Some((source, Span::new(0, 5))),
            labels: vec![
                Label { span: Span::new(0, 1), text: "f32[3, 4]".into() },
                Label { span: Span::new(4, 5), text: "f32[3]".into() },
            ],
            help: vec!["b[:, None]".into()],
            ..Diagnostic::default()
        };
        let want = "RuntimeError: sizes\n  a + b\n  ^   ^ f32[3]\n  f32[3, 4]\nhelp: b[:, None]\n";
        assert_eq!(d.render().to_plain(), want);
    }

    #[test]
    fn a_bare_place_gets_carets() {
        let source = Source::new("<input>", "torch.ones((2, 3)");
        let d = Diagnostic {
            kind: "SyntaxError".into(),
            message: "'(' was never closed".into(),
            place: Some((source, Span::new(10, 11))),
            ..Diagnostic::default()
        };
        let want = "SyntaxError: '(' was never closed\n  torch.ones((2, 3)\n            ^\n";
        assert_eq!(d.render().to_plain(), want);
    }
}
