//! The readable listing of a code.

use super::code::{CONST, Code};
use std::fmt::Write;

/// The instructions of a code and of the functions made in it, one a line: position, instruction, source line.
pub fn listing(code: &Code) -> String {
    let mut out = String::new();
    write_code(code, &mut out);
    out
}

fn write_code(code: &Code, out: &mut String) {
    let _ = writeln!(out, "{} ({:?}, {} registers)", code.qualname, code.kind, code.registers);
    for (i, (instr, span)) in code.instrs.iter().zip(&code.spans).enumerate() {
        let (line, _) = code.source.position(span.start);
        let _ = writeln!(out, "  {i:4}  {:<60} line {line}", format!("{instr:?}"));
    }
    for (i, value) in code.consts.iter().enumerate() {
        let _ = writeln!(out, "  const {} = {value:?}", CONST as usize + i);
    }
    for h in &code.handlers {
        let _ = writeln!(out, "  handler {}..{} -> {} in {}", h.start, h.end, h.target, h.reg);
    }
    for proto in &code.protos {
        write_code(&proto.code, out);
    }
}
