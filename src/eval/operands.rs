//! The operands of an instruction that raised: what an explanation of the error looks at.

use super::frame::Frame;
use crate::diag::Fault;
use crate::lower::{Instr, Reg};
use crate::value::Value;
use std::rc::Rc;

/// The operands of the instruction that a fault was raised by, in the order in which they were evaluated.
pub struct Operands(pub Vec<Value>);

impl Operands {
    /// The operands that a fault carries; none for faults that were raised elsewhere.
    pub fn of(fault: &Fault) -> Vec<Value> {
        let operands = fault.operands.clone().and_then(|o| o.downcast::<Operands>().ok());
        operands.map_or_else(Vec::new, |o| o.0.clone())
    }

    /// Attaches the operands of a frame's current instruction to the fault that it raised.
    #[cold]
    pub(super) fn attach(fault: &mut Fault, frame: &Frame) {
        let Some(instr) = frame.code.instrs.get(frame.current()) else { return };
        let list = |start: Reg, count: usize| (start..=start.saturating_add(count as Reg)).collect();
        let regs: Vec<Reg> = match *instr {
            Instr::Add { a, b, .. }
            | Instr::Sub { a, b, .. }
            | Instr::Mul { a, b, .. }
            | Instr::Binary { a, b, .. }
            | Instr::Inplace { a, b, .. }
            | Instr::Step { a, b, .. }
            | Instr::Compare { a, b, .. }
            | Instr::In { a, b, .. }
            | Instr::JumpUnless { a, b, .. }
            | Instr::JumpUnlessNumber { a, b, .. } => vec![a, b],
            Instr::Neg { src, .. }
            | Instr::Pos { src, .. }
            | Instr::Invert { src, .. }
            | Instr::Not { src, .. }
            | Instr::Iter { src, .. }
            | Instr::Unpack { src, .. }
            | Instr::Format { src, .. } => vec![src],
            Instr::JumpIf { cond, .. } | Instr::JumpIfNot { cond, .. } => vec![cond],
            Instr::Attr { obj, .. } => vec![obj],
            Instr::SetAttr { obj, src, .. } => vec![obj, src],
            Instr::Item { obj, index, .. } => vec![obj, index],
            Instr::SetItem { obj, index, src } => vec![obj, index, src],
            Instr::Call { argc, base, .. } | Instr::CallMethod { argc, base, .. } => list(base, argc as usize),
            _ => return,
        };
        let value = |reg: Reg| match reg.checked_sub(crate::lower::code::CONST) {
            Some(constant) => frame.code.consts.get(constant as usize).cloned(),
            None => frame.regs.get(reg as usize).cloned(),
        };
        fault.operands = Some(Rc::new(Operands(regs.into_iter().map(|r| value(r).unwrap_or_default()).collect())));
    }
}
