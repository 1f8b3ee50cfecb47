//! Names: the globals that a module does not bind itself, and what is said of names that are not bound.

use super::frame::Frame;
use super::machine::Machine;
use crate::diag::{ExcKind, Fault, Result};
use crate::lower::code::{Instr, NONE, Reg};
use crate::value::Value;

impl Machine {
    /// A global of the module, a built-in, or a name of the prompt.
    ///
    /// Errors: NameError, which suggests a name that is near.
    pub(super) fn global(&mut self, frame: &Frame, slot: u16, builtin: u16) -> Result<Value> {
        let own = frame.module.space.get(slot as u32);
        let known = if own.is_undef() && builtin != NONE { self.builtins.space.get(builtin as u32) } else { own };
        if known.is_undef() { self.missing_global(frame, slot) } else { Ok(known) }
    }

    #[cold]
    fn missing_global(&mut self, frame: &Frame, slot: u16) -> Result<Value> {
        let name = frame.module.space.name(slot as u32);
        if let Some(value) = self.builtins.get(&name) {
            return Ok(value);
        }
        // At the prompt, calling a name that is nowhere defined calls torch's function of that name.
        let called = || {
            frame.code.instrs[frame.pc..].iter().find_map(|i| match i {
                Instr::Call { base, .. } | Instr::CallSpread { base, .. } => Some(*base),
                _ => None,
            })
        };
        let loads_callee = match frame.code.instrs[frame.current()] {
            Instr::Global { dst, .. } => called().is_some_and(|_| is_callee(frame, dst)),
            _ => false,
        };
        if frame.module.prompt.get()
            && loads_callee
            && let Some(value) = self.host.prompt_name(&name)
        {
            return Ok(value);
        }
        let space = frame.module.space.items();
        let builtins = self.builtins.space.items();
        let known = space.iter().chain(&builtins).map(|(n, _)| n.as_str());
        let fault = undefined(&name);
        Err(match crate::diag::did_you_mean(&name, known) {
            Some(near) => {
                let near = near.to_string();
                let shape = space.iter().find(|(n, _)| n.as_str() == near).and_then(|(_, v)| describe(v));
                let fault = fault.with_suffix(format!(". Did you mean: '{near}'?"));
                match shape {
                    Some(shape) => fault.with_note(format!("{near}: {shape}")),
                    None => fault,
                }
            }
            None => fault,
        })
    }

    #[cold]
    pub(super) fn unbound_cell(&mut self, frame: &Frame, cell: Reg) -> crate::diag::Error {
        if let Some(i) = frame.code.free.iter().position(|&r| r == cell) {
            let name = &frame.code.free_names[i];
            return Fault::name_error(format!(
                "cannot access free variable '{name}' where it is not associated with a value in enclosing scope"
            ));
        }
        unbound_local(&frame.local_name(cell))
    }
}

/// Whether the value in a register is called before anything else uses it.
fn is_callee(frame: &Frame, reg: Reg) -> bool {
    for instr in &frame.code.instrs[frame.pc..] {
        match *instr {
            Instr::Call { base, .. } | Instr::CallSpread { base, .. } if base == reg => return true,
            Instr::Attr { obj, .. } if obj == reg => return false,
            Instr::CallMethod { base, .. } if base == reg => return false,
            Instr::Return { .. } => return false,
            _ => {}
        }
    }
    false
}

/// Shape and type of a tensor, for suggestions.
fn describe(value: &Value) -> Option<String> {
    match value {
        Value::Tensor(t) => {
            let sizes = crate::array::layout::show_sizes(&t.sizes());
            Some(format!("{}{sizes}", t.dtype().short()))
        }
        _ => None,
    }
}

#[cold]
pub(super) fn undefined(name: &str) -> crate::diag::Error {
    Fault::name_error(format!("name '{name}' is not defined"))
}

#[cold]
pub(super) fn unbound_local(name: &str) -> crate::diag::Error {
    Fault::new(
        ExcKind::UnboundLocalError,
        format!("cannot access local variable '{name}' where it is not associated with a value"),
    )
}
