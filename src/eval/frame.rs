//! A frame: one activation of a code.

use crate::lower::code::CONST;
use crate::lower::{Code, Reg};
use crate::value::{Generator, Module, Value};
use std::rc::Rc;

/// What happens with the result of a frame.
#[derive(Clone, Copy)]
pub enum Link {
    /// The native code that started it gets it.
    Entry,
    /// The caller's register gets it.
    Call(Reg),
    /// A constructor: the caller's first register gets the instance, which waits in the second.
    Construct(Reg, Reg),
    /// The next item of a `for` loop: the caller's register gets what is yielded, and the end jumps.
    Next(Reg, u32),
}

/// Registers are provided and looked at in groups of so many.
const GROUP: usize = 4;

/// One activation of a code.
pub struct Frame {
    /// What runs.
    pub code: Rc<Code>,
    /// The next instruction.
    pub pc: usize,
    /// The registers; as many as whole groups hold.
    pub regs: Vec<Value>,
    /// Whose globals are seen.
    pub module: Rc<Module>,
    /// What happens with the result.
    pub link: Link,
    /// The generator whose frame it is.
    pub generator: Option<Rc<Generator>>,
}

impl Frame {
    /// The value of an operand.
    #[inline(always)]
    pub fn get(&self, reg: Reg) -> &Value {
        if reg < CONST { &self.regs[reg as usize] } else { &self.code.consts[(reg - CONST) as usize] }
    }

    /// Sets a register.
    #[inline(always)]
    pub fn set(&mut self, reg: Reg, value: Value) {
        Value::put(&mut self.regs[reg as usize], value);
    }

    /// Makes sure that there are so many registers.
    #[inline]
    pub fn provide(&mut self, registers: usize) {
        if self.regs.len() < registers {
            self.regs.resize_with(registers.next_multiple_of(GROUP), || Value::Undef);
        }
    }

    /// Drops what the registers hold. Those past the registers of its code hold nothing.
    #[inline(always)]
    pub fn empty(&mut self) {
        let (groups, _) = self.regs.as_chunks_mut::<GROUP>();
        let used = (self.code.registers as usize).div_ceil(GROUP).min(groups.len());
        let groups = &mut groups[..used];
        // Most hold nothing that is to be dropped: they are looked at first, a group at a time.
        let plain = |[a, b, c, d]: &[Value; GROUP]| a.is_plain() & b.is_plain() & c.is_plain() & d.is_plain();
        if groups.iter().all(plain) {
            return;
        }
        for reg in groups.as_flattened_mut() {
            if !reg.is_plain() {
                *reg = Value::Undef;
            }
        }
    }

    /// The instruction that runs or has just run.
    pub fn current(&self) -> usize {
        self.pc.saturating_sub(1).min(self.code.instrs.len().saturating_sub(1))
    }

    /// The name of a local variable.
    pub fn local_name(&self, reg: Reg) -> String {
        self.code.locals.get(reg as usize).map_or_else(|| "?".to_string(), |n| n.to_string())
    }
}
