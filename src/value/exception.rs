//! Exceptions: the class of each kind of fault, and the exception object of a fault.

use super::class::{Class, Instance};
use super::text::intern;
use super::types::types;
use super::value::Value;
use crate::diag::{Error, ExcKind, Fault};
use std::rc::Rc;

/// The class of a kind of fault.
pub fn class_of_kind(kind: ExcKind) -> &'static Rc<Class> {
    let t = types();
    match kind {
        ExcKind::ArithmeticError => &t.arithmetic_error,
        ExcKind::AssertionError => &t.assertion_error,
        ExcKind::AttributeError => &t.attribute_error,
        ExcKind::AxisError => &t.axis_error,
        ExcKind::EOFError => &t.eof_error,
        ExcKind::FileExistsError => &t.file_exists_error,
        ExcKind::FileNotFoundError => &t.file_not_found_error,
        ExcKind::FloatingPointError => &t.floating_point_error,
        ExcKind::ImportError => &t.import_error,
        ExcKind::IndentationError => &t.indentation_error,
        ExcKind::IndexError => &t.index_error,
        ExcKind::InternalError => &t.internal_error,
        ExcKind::IsADirectoryError => &t.is_a_directory_error,
        ExcKind::KeyError => &t.key_error,
        ExcKind::KeyboardInterrupt => &t.keyboard_interrupt,
        ExcKind::LinAlgError => &t.lin_alg_error,
        ExcKind::LookupError => &t.lookup_error,
        ExcKind::MemoryError => &t.memory_error,
        ExcKind::ModuleNotFoundError => &t.module_not_found_error,
        ExcKind::NameError => &t.name_error,
        ExcKind::NotADirectoryError => &t.not_a_directory_error,
        ExcKind::NotImplementedError => &t.not_implemented_error,
        ExcKind::NumPyLinAlgError => &t.np_lin_alg_error,
        ExcKind::OSError => &t.os_error,
        ExcKind::OverflowError => &t.overflow_error,
        ExcKind::PermissionError => &t.permission_error,
        ExcKind::RecursionError => &t.recursion_error,
        ExcKind::RuntimeError => &t.runtime_error,
        ExcKind::StopIteration => &t.stop_iteration,
        ExcKind::SyntaxError => &t.syntax_error,
        ExcKind::SystemExit => &t.system_exit,
        ExcKind::TabError => &t.tab_error,
        ExcKind::TypeError => &t.type_error,
        ExcKind::UFuncTypeError => &t.ufunc_type_error,
        ExcKind::UnboundLocalError => &t.unbound_local_error,
        ExcKind::UnicodeDecodeError => &t.unicode_decode_error,
        ExcKind::UnicodeEncodeError => &t.unicode_encode_error,
        ExcKind::ValueError => &t.value_error,
        ExcKind::ZeroDivisionError => &t.zero_division_error,
        ExcKind::User => &t.exception,
    }
}

/// An exception object of a class with those arguments.
pub fn instance(class: &Rc<Class>, args: impl IntoIterator<Item = Value>) -> Rc<Instance> {
    let object = Instance::new(class.clone());
    object.dict.set_name(&intern("args"), Value::tuple(args));
    object
}

/// The exception object of a fault, made when the program catches it; the same one each time.
pub fn object_of(fault: &mut Fault) -> Rc<Instance> {
    if let Some(object) = fault.payload.as_ref().and_then(|p| p.clone().downcast::<Instance>().ok()) {
        return object;
    }
    let class = class_of_kind(fault.kind);
    let text = match fault.kind {
        // What the program sees is Python's; what we add to the line is for the reader of the traceback.
        ExcKind::KeyError => fault.message.clone(),
        _ => fault.message.clone(),
    };
    let object = if text.is_empty() { instance(class, []) } else { instance(class, [Value::str(text)]) };
    fault.payload = Some(object.clone());
    object
}

/// The fault that raises an exception object.
///
/// `message` is the text of the exception, as `str` gives it.
pub fn fault_of(object: &Rc<Instance>, message: String) -> Error {
    let class = object.class();
    let kind = ALL_KINDS.iter().copied().find(|k| Rc::ptr_eq(class_of_kind(*k), &class)).unwrap_or(ExcKind::User);
    let mut fault = Fault::new(kind, message);
    fault.payload = Some(object.clone());
    fault
}

/// The class of the exception that a fault raises.
pub fn class_of_fault(fault: &Fault) -> Rc<Class> {
    match fault.payload.as_ref().and_then(|p| p.clone().downcast::<Instance>().ok()) {
        Some(object) => object.class(),
        None => class_of_kind(fault.kind).clone(),
    }
}

const ALL_KINDS: [ExcKind; 39] = [
    ExcKind::ArithmeticError,
    ExcKind::AssertionError,
    ExcKind::AttributeError,
    ExcKind::AxisError,
    ExcKind::EOFError,
    ExcKind::FileExistsError,
    ExcKind::FileNotFoundError,
    ExcKind::FloatingPointError,
    ExcKind::ImportError,
    ExcKind::IndentationError,
    ExcKind::IndexError,
    ExcKind::InternalError,
    ExcKind::IsADirectoryError,
    ExcKind::KeyError,
    ExcKind::KeyboardInterrupt,
    ExcKind::LinAlgError,
    ExcKind::LookupError,
    ExcKind::MemoryError,
    ExcKind::ModuleNotFoundError,
    ExcKind::NameError,
    ExcKind::NotADirectoryError,
    ExcKind::NotImplementedError,
    ExcKind::NumPyLinAlgError,
    ExcKind::OSError,
    ExcKind::OverflowError,
    ExcKind::PermissionError,
    ExcKind::RecursionError,
    ExcKind::RuntimeError,
    ExcKind::StopIteration,
    ExcKind::SyntaxError,
    ExcKind::SystemExit,
    ExcKind::TabError,
    ExcKind::TypeError,
    ExcKind::UFuncTypeError,
    ExcKind::UnboundLocalError,
    ExcKind::UnicodeDecodeError,
    ExcKind::UnicodeEncodeError,
    ExcKind::ValueError,
    ExcKind::ZeroDivisionError,
];
