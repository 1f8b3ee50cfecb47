//! Python's `repr` and `str` of every value.
//!
//! Objects of the program are asked for their own text through the [`Caller`]; containers that hold themselves are cut
//! short, and nesting is bounded.

use super::opaque::{address, write_opaque, write_plain_object};
use super::{ndarray, string, tensor};
use crate::diag::{ExcKind, Fault, Result};
use crate::value::class::Kind;
use crate::value::float::{write_complex, write_float};
use crate::value::protocol::class_name;
use crate::value::sequence::NamedTuple;
use crate::value::{Caller, Class, Descriptor, Instance, Method, Tuple, TupleKind, Value, class_of, intern, types};
use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;

/// The deepest nesting of containers that is printed, as Python's limit on recursion.
const MAX_DEPTH: usize = 990;

/// The most decimal digits that an int is converted to, as in Python.
const MAX_INT_DIGITS: u64 = 4300;

/// `repr(value)`.
///
/// Errors: RecursionError for values nested too deeply, TypeError and what the program's own `__repr__` raises.
pub fn repr(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    let mut out = String::new();
    write_repr(&mut out, value, caller)?;
    Ok(out)
}

/// `str(value)`.
///
/// Errors: as [`repr`].
pub fn str(value: &Value, caller: &mut dyn Caller) -> Result<String> {
    match value {
        Value::Str(s) => Ok(s.to_string()),
        Value::Array(a) => Ok(ndarray::str(&a.array.borrow(), a.is_scalar)),
        Value::Object(o) => {
            if let Some(text) = special_text(value, "__str__", caller)? {
                return Ok(text);
            }
            if o.class().kind == Kind::Exception {
                return exception_str(o, caller);
            }
            match o.value() {
                // A subclass of str or of a number shows what it is made of, unless it has a `__repr__`.
                Some(inner @ (Value::Str(_) | Value::Array(_))) if !has_own(&o.class(), "__repr__") => {
                    str(&inner, caller)
                }
                _ => repr(value, caller),
            }
        }
        Value::Tuple(t) => match own_special(t, value, "__str__", caller)? {
            Some(text) => Ok(text),
            None => repr(value, caller),
        },
        _ => repr(value, caller),
    }
}

/// The `repr` that an object has without one of its own: what it is made of, or its class and address.
///
/// Errors: as [`repr`].
pub fn default_repr(object: &Rc<Instance>, caller: &mut dyn Caller) -> Result<String> {
    let mut out = String::new();
    let opened = open_object(&mut out, object, &Value::Object(object.clone()))?;
    finish(&mut out, opened, caller)?;
    Ok(out)
}

/// The text of an exception without its class: what `str` gives.
///
/// Errors: as [`repr`].
pub fn exception_str(object: &Rc<Instance>, caller: &mut dyn Caller) -> Result<String> {
    let args = exception_args(object);
    match args.as_slice() {
        [] => Ok(String::new()),
        [number, text, ..] if object.class().is_subclass(&types().os_error) => {
            let start = format!("[Errno {}] {}", str(number, caller)?, str(text, caller)?);
            match object.dict.get_str("filename").filter(|f| !f.is_none()) {
                Some(file) => Ok(format!("{start}: {}", repr(&file, caller)?)),
                None => Ok(start),
            }
        }
        // A missing key is shown as it would be written.
        [one] if object.class().is_subclass(&types().key_error) => repr(one, caller),
        [one] => str(one, caller),
        many => repr(&Value::tuple(many.iter().cloned()), caller),
    }
}

thread_local! {
    /// The addresses of the containers that are being printed, outermost first.
    static ACTIVE: RefCell<Vec<usize>> = const { RefCell::new(Vec::new()) };
}

/// A container that is being printed, until dropped.
struct Active;

impl Active {
    /// Marks a container; `None` when it is being printed already.
    fn enter(value: &Value) -> Result<Option<Active>> {
        let address = value.address().unwrap_or(0);
        ACTIVE.with_borrow_mut(|active| {
            if active.contains(&address) {
                return Ok(None);
            }
            if active.len() >= MAX_DEPTH {
                return Err(Fault::new(
                    ExcKind::RecursionError,
                    "maximum recursion depth exceeded while getting the repr of an object",
                ));
            }
            active.push(address);
            Ok(Some(Active))
        })
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        ACTIVE.with_borrow_mut(|active| _ = active.pop());
    }
}

/// A value that is being printed: the values inside it that are still to come, and the text between and behind them.
struct Open {
    values: Vec<Value>,
    next: usize,
    between: Between,
    close: &'static str,
    _active: Active,
}

/// What stands before each value of a container.
enum Between {
    Commas,
    /// Keys and values in turn.
    Pairs,
    Fields(Rc<NamedTuple>),
}

impl Between {
    fn write(&self, out: &mut String, i: usize) {
        match self {
            Between::Commas if i == 0 => {}
            Between::Pairs if i % 2 == 1 => out.push_str(": "),
            Between::Commas => out.push_str(", "),
            Between::Pairs if i == 0 => {}
            Between::Pairs => out.push_str(", "),
            Between::Fields(named) => {
                out.push_str(match (named.is_structseq, i) {
                    (true, 0) => "\n",
                    (true, _) => ",\n",
                    (false, 0) => "",
                    (false, _) => ", ",
                });
                out.push_str(named.fields.get(i).map_or("?", |f| f.as_str()));
                out.push('=');
            }
        }
    }
}

/// Appends `repr(value)`.
///
/// Nesting takes no recursion here; only a `__repr__` of the program may come back to it. Errors: as [`repr`].
pub fn write_repr(out: &mut String, value: &Value, caller: &mut dyn Caller) -> Result<()> {
    let opened = open(out, value, caller)?;
    finish(out, opened, caller)
}

/// Appends what is inside an opened value and closes it.
fn finish(out: &mut String, opened: Option<Open>, caller: &mut dyn Caller) -> Result<()> {
    let Some(first) = opened else { return Ok(()) };
    let mut stack = vec![first];
    while let Some(top) = stack.last_mut() {
        match top.values.get(top.next) {
            Some(value) => {
                let value = value.clone();
                top.between.write(out, top.next);
                top.next += 1;
                if let Some(inner) = open(out, &value, caller)? {
                    stack.push(inner);
                }
            }
            None => {
                out.push_str(top.close);
                stack.pop();
            }
        }
    }
    Ok(())
}

/// Begins a container: appends its opening text, or its short form when it is being printed already.
fn enter(
    out: &mut String,
    value: &Value,
    (head, close, short): (&str, &'static str, &str),
    between: Between,
    values: impl FnOnce() -> Vec<Value>,
) -> Result<Option<Open>> {
    let Some(_active) = Active::enter(value)? else {
        out.push_str(short);
        return Ok(None);
    };
    out.push_str(head);
    Ok(Some(Open { values: values(), next: 0, between, close, _active }))
}

/// Appends the text of a value, or of its beginning when there are values inside it.
fn open(out: &mut String, value: &Value, caller: &mut dyn Caller) -> Result<Option<Open>> {
    match value {
        Value::Undef => out.push_str("<undefined>"),
        Value::None => out.push_str("None"),
        Value::NotImplemented => out.push_str("NotImplemented"),
        Value::Ellipsis => out.push_str("Ellipsis"),
        Value::Bool(b) => out.push_str(if *b { "True" } else { "False" }),
        Value::Int(i) => _ = write!(out, "{i}"),
        Value::Float(f) => write_float(out, *f),
        Value::Complex(z) => write_complex(out, z.re, z.im),
        Value::DType(d) => _ = write!(out, "torch.{}", d.name()),
        Value::Big(b) => {
            // A digit takes more than three bits, so that what is far too long is not converted first.
            let text = if b.bits() / 4 <= MAX_INT_DIGITS { b.to_string() } else { String::new() };
            if text.is_empty() || text.trim_start_matches('-').len() as u64 > MAX_INT_DIGITS {
                return Err(Fault::value(format!(
                    "Exceeds the limit ({MAX_INT_DIGITS} digits) for integer string conversion; use \
                     sys.set_int_max_str_digits() to increase the limit"
                )));
            }
            out.push_str(&text);
        }
        Value::Str(s) => string::write_repr(out, s),
        Value::Tuple(t) => match own_special(t, value, "__repr__", caller)? {
            Some(text) => out.push_str(&text),
            None => return open_tuple(out, t, value),
        },
        Value::List(l) => return enter(out, value, ("[", "]", "[...]"), Between::Commas, || l.to_vec()),
        Value::Dict(d) => {
            let flat = || d.items().into_iter().flat_map(|(key, item)| [key, item]).collect();
            return enter(out, value, ("{", "}", "{...}"), Between::Pairs, flat);
        }
        Value::Set(s) => {
            return match (s.frozen, s.is_empty()) {
                (false, false) => enter(out, value, ("{", "}", "set(...)"), Between::Commas, || s.items()),
                (frozen, _) => open_set(out, value, if frozen { "frozenset" } else { "set" }, s.items()),
            };
        }
        Value::Range(r) => {
            let _ = match r.step {
                1 => write!(out, "range({}, {})", r.start, r.stop),
                step => write!(out, "range({}, {}, {step})", r.start, r.stop),
            };
        }
        Value::Slice(s) => {
            let bounds = || vec![s.start.clone(), s.stop.clone(), s.step.clone()];
            return enter(out, value, ("slice(", ")", "slice(...)"), Between::Commas, bounds);
        }
        Value::Tensor(t) => tensor::write_repr(out, t),
        Value::Array(a) => ndarray::write_repr(out, &a.array.borrow(), a.is_scalar),
        Value::Method(m) => return open_method(out, m, value),
        Value::Object(o) => match special_text(value, "__repr__", caller)? {
            Some(text) => out.push_str(&text),
            None => return open_object(out, o, value),
        },
        Value::Class(c) if c.meta.get().is_some_and(|meta| has_own(meta, "__repr__")) => {
            match special_text(value, "__repr__", caller)? {
                Some(text) => out.push_str(&text),
                None => write_opaque(out, value),
            }
        }
        Value::Descriptor(d) => return open_descriptor(out, d, value),
        Value::Function(_)
        | Value::Native(_)
        | Value::Class(_)
        | Value::Module(_)
        | Value::Iter(_)
        | Value::Generator(_)
        | Value::Cell(_) => write_opaque(out, value),
    }
    Ok(None)
}

fn open_tuple(out: &mut String, tuple: &Rc<Tuple>, value: &Value) -> Result<Option<Open>> {
    let items = || tuple.to_vec();
    match &tuple.kind {
        TupleKind::Plain => {
            let close = if tuple.len() == 1 { ",)" } else { ")" };
            enter(out, value, ("(", close, "(...)"), Between::Commas, items)
        }
        TupleKind::Size => enter(out, value, ("torch.Size([", "])", "torch.Size(...)"), Between::Commas, items),
        TupleKind::Named(named) => {
            let head = format!("{}(", named.name);
            enter(out, value, (&head, ")", "(...)"), Between::Fields(named.clone()), items)
        }
    }
}

/// A set under its class name, as subclasses, frozen and empty sets print.
fn open_set(out: &mut String, value: &Value, name: &str, items: Vec<Value>) -> Result<Option<Open>> {
    let (head, close) = if items.is_empty() { ("", ")") } else { ("{", "})") };
    enter(out, value, (&format!("{name}({head}"), close, &format!("{name}(...)")), Between::Commas, || items)
}

/// An object without a text of its own.
fn open_object(out: &mut String, object: &Rc<Instance>, value: &Value) -> Result<Option<Open>> {
    let class = object.class();
    let name = &class.name;
    if class.kind == Kind::Exception {
        let args = || exception_args(object);
        return enter(out, value, (&format!("{name}("), ")", &format!("{name}(...)")), Between::Commas, args);
    }
    match object.value() {
        Some(Value::Tensor(t)) => tensor::write_named(out, &t, name),
        Some(Value::Set(s)) => return open_set(out, value, name, s.items()),
        // What it is made of stands for it; the guard of the inner value finds cycles.
        Some(inner) => return enter(out, value, ("", "", "..."), Between::Commas, || vec![inner]),
        None => write_plain_object(out, value),
    }
    Ok(None)
}

/// The text that a special method gives for a named tuple whose class defines one.
fn own_special(tuple: &Tuple, value: &Value, name: &str, caller: &mut dyn Caller) -> Result<Option<String>> {
    let TupleKind::Named(named) = &tuple.kind else { return Ok(None) };
    let class = named.class.borrow().clone();
    match class {
        Some(class) if has_own(&class, name) => special_text(value, name, caller),
        _ => Ok(None),
    }
}

/// Whether a class of the program defines that special method, itself or by a base.
fn has_own(class: &Rc<Class>, name: &str) -> bool {
    let name = intern(name);
    std::iter::once(class).chain(&class.mro).any(|c| c.is_user && c.dict.has_name(&name))
}

/// The text that an object's special method gives, when it has the method.
fn special_text(value: &Value, name: &str, caller: &mut dyn Caller) -> Result<Option<String>> {
    match caller.call_special(value, name, &[])? {
        None => Ok(None),
        Some(Value::Str(text)) => Ok(Some(text.to_string())),
        Some(Value::Object(o)) if matches!(o.value(), Some(Value::Str(_))) => {
            Ok(o.value().and_then(|v| v.as_str().map(String::from)))
        }
        Some(other) => Err(Fault::type_error(format!("{name} returned non-string (type {})", class_name(&other)))),
    }
}

fn exception_args(object: &Rc<Instance>) -> Vec<Value> {
    match object.dict.get_str("args") {
        Some(Value::Tuple(args)) => args.to_vec(),
        _ => Vec::new(),
    }
}

fn open_method(out: &mut String, method: &Method, value: &Value) -> Result<Option<Open>> {
    if let Value::Native(native) = &method.function {
        let class = match &method.receiver {
            Value::Class(_) => "type".to_string(),
            receiver => class_of(receiver).name.to_string(),
        };
        let _ = write!(out, "<built-in method {} of {class} object at {}>", native.name, address(&method.receiver));
        return Ok(None);
    }
    let name = match &method.function {
        Value::Function(f) => f.qualname.borrow().to_string(),
        _ => "?".to_string(),
    };
    let head = format!("<bound method {name} of ");
    enter(out, value, (&head, ">", "<bound method ...>"), Between::Commas, || vec![method.receiver.clone()])
}

fn open_descriptor(out: &mut String, descriptor: &Descriptor, value: &Value) -> Result<Option<Open>> {
    let (head, inner) = match descriptor {
        Descriptor::Property { .. } => {
            let _ = write!(out, "<property object at {}>", address(value));
            return Ok(None);
        }
        Descriptor::GetSet(attribute) => {
            let _ = write!(out, "<attribute '{}'>", attribute.name);
            return Ok(None);
        }
        Descriptor::Static(inner) => ("<staticmethod(", inner),
        Descriptor::ClassMethod(inner) => ("<classmethod(", inner),
    };
    enter(out, value, (head, ")>", "..."), Between::Commas, || vec![inner.clone()])
}

#[cfg(test)]
mod tests {
    use super::super::testing::{NoProgram, array};
    use super::*;
    use crate::array::DType;
    use crate::tensor::Tensor;
    use crate::value::{Dict, List, Module, Native, Payload, Range, Set, Slice, exception};
    use num_bigint::BigInt;

    fn show(value: &Value) -> String {
        repr(value, &mut NoProgram::default()).unwrap()
    }

    fn ints(items: &[i64]) -> Vec<Value> {
        items.iter().map(|&i| Value::Int(i)).collect()
    }

    #[test]
    fn built_in_values_print_as_in_python() {
        let caller = &mut NoProgram::default();
        let dict = Dict::new();
        dict.insert(Value::from("a"), Value::Float(1.0), caller).unwrap();
        dict.insert(Value::Int(2), Value::None, caller).unwrap();
        let set = |items: &[i64], frozen| Value::Set(Set::new(ints(items), frozen, &mut NoProgram::default()).unwrap());
        let slice = Slice { start: Value::None, stop: Value::Int(3), step: Value::None };
        let cases = [
            (Value::None, "None"),
            (Value::Ellipsis, "Ellipsis"),
            (Value::Bool(true), "True"),
            (Value::Int(-5), "-5"),
            (Value::big(BigInt::from(10).pow(30)), "1000000000000000000000000000000"),
            (Value::Float(1e-5), "1e-05"),
            (Value::from("it's"), "\"it's\""),
            (Value::DType(DType::F32), "torch.float32"),
            (Value::tuple([]), "()"),
            (Value::tuple(ints(&[1])), "(1,)"),
            (Value::tuple(ints(&[1, 2])), "(1, 2)"),
            (Value::size(&[2, 3]), "torch.Size([2, 3])"),
            (Value::size(&[]), "torch.Size([])"),
            (Value::list(vec![Value::from("a"), Value::list(vec![])]), "['a', []]"),
            (Value::Dict(dict), "{'a': 1.0, 2: None}"),
            (set(&[3, 1], false), "{1, 3}"),
            (set(&[], false), "set()"),
            (set(&[1], true), "frozenset({1})"),
            (set(&[], true), "frozenset()"),
            (Value::Range(Rc::new(Range { start: 0, stop: 3, step: 1 })), "range(0, 3)"),
            (Value::Range(Rc::new(Range { start: 5, stop: 0, step: -2 })), "range(5, 0, -2)"),
            (Value::Slice(Rc::new(slice)), "slice(None, 3, None)"),
            (Value::Class(types().tensor.clone()), "<class 'torch.Tensor'>"),
            (Value::Class(types().int.clone()), "<class 'int'>"),
            (Value::Module(Module::new("math")), "<module 'math' (built-in)>"),
        ];
        for (value, text) in cases {
            assert_eq!(show(&value), text);
        }
    }

    #[test]
    fn named_tuples_show_their_fields() {
        let named = |name: &str, fields: [&str; 2], is_structseq| {
            let fields = fields.iter().map(|f| intern(f)).collect();
            TupleKind::Named(Rc::new(NamedTuple { name: name.into(), fields, is_structseq, class: RefCell::default() }))
        };
        let point = Tuple::new(named("Point", ["x", "y"], false), ints(&[1, 2]));
        assert_eq!(show(&Value::Tuple(point)), "Point(x=1, y=2)");
        let items = [array(DType::F32, &[2], &[1., 2.]), array(DType::I64, &[2], &[0., 1.])];
        let kind = named("torch.return_types.max", ["values", "indices"], true);
        let max = Tuple::new(kind, items.map(|a| Value::Tensor(Tensor::new(a))));
        let text = "torch.return_types.max(\nvalues=tensor([1., 2.]),\nindices=tensor([0, 1]))";
        assert_eq!(show(&Value::Tuple(max)), text);
    }

    #[test]
    fn containers_that_hold_themselves_end() {
        let list = List::new(ints(&[1]));
        list.borrow_mut().push(Value::List(list.clone()));
        let dict = Dict::new();
        dict.set_name(&intern("l"), Value::tuple([Value::List(list.clone())]));
        list.borrow_mut().push(Value::Dict(dict.clone()));
        assert_eq!(show(&Value::List(list.clone())), "[1, [...], {'l': ([...],)}]");
        assert_eq!(show(&Value::Dict(dict)), "{'l': ([1, [...], {...}],)}");
        list.borrow_mut().clear();
    }

    #[test]
    fn nesting_is_bounded() {
        let deep = |n| (0..n).fold(Value::list(vec![]), |inner, _| Value::list(vec![inner]));
        assert_eq!(show(&deep(900)).len(), 2 * 901);
        let fault = repr(&deep(100_000), &mut NoProgram::default()).unwrap_err();
        assert_eq!(fault.kind, ExcKind::RecursionError);
        assert_eq!(show(&deep(1)), "[[]]");
    }

    #[test]
    fn endless_ints_are_refused() {
        let power = |n| repr(&Value::big(-BigInt::from(10).pow(n)), &mut NoProgram::default());
        assert_eq!(power(4299).unwrap().len(), 4301);
        assert!(power(4300).unwrap_err().message.starts_with("Exceeds the limit (4300 digits)"));
        assert_eq!(power(100_000).unwrap_err().kind, ExcKind::ValueError);
    }

    fn user_class(name: &str, base: &Rc<Class>) -> Rc<Class> {
        Class::new(name, intern("__main__"), vec![base.clone()], Dict::new()).unwrap()
    }

    #[test]
    fn objects_print_what_they_say_or_what_they_are_made_of() {
        let caller = &mut NoProgram { texts: vec![("Said", "__repr__", "said"), ("Str", "__str__", "only str")] };
        let plain = |name| Value::Object(Instance::new(user_class(name, &types().object)));
        assert_eq!(repr(&Value::list(vec![plain("Said")]), caller).unwrap(), "[said]");
        assert_eq!(str(&plain("Said"), caller).unwrap(), "said");
        assert_eq!(str(&plain("Str"), caller).unwrap(), "only str");
        assert!(repr(&plain("Str"), caller).unwrap().starts_with("<__main__.Str object at 0x"));
        let list = Instance::new(user_class("Stack", &types().list));
        *list.payload.borrow_mut() = Payload::Value(Value::list(ints(&[1])));
        assert_eq!(repr(&Value::Object(list), caller).unwrap(), "[1]");
    }

    #[test]
    fn exceptions_print_their_arguments() {
        let caller = &mut NoProgram::default();
        let t = types();
        let mine = user_class("Mine", &t.value_error);
        let cases = [
            (&t.value_error, vec![Value::from("x")], "ValueError('x')", "x"),
            (&t.value_error, vec![], "ValueError()", ""),
            (&t.key_error, vec![Value::from("k")], "KeyError('k')", "'k'"),
            (&t.os_error, vec![Value::Int(2), Value::from("gone")], "OSError(2, 'gone')", "[Errno 2] gone"),
            (&mine, vec![Value::Int(1), Value::from("a")], "Mine(1, 'a')", "(1, 'a')"),
        ];
        for (class, args, by_repr, by_str) in cases {
            let object = Value::Object(exception::instance(class, args));
            assert_eq!(repr(&object, caller).unwrap(), by_repr);
            assert_eq!(str(&object, caller).unwrap(), by_str);
        }
    }

    #[test]
    fn functions_and_methods_print_what_they_belong_to() {
        let func: crate::value::NativeFn = |_, _, _| Ok(Value::None);
        let len = Native::new("builtins", "len", "obj, /", "", func).value();
        assert_eq!(show(&len), "<built-in function len>");
        let append = Native::new("builtins", "append", "self, x, /", "", func).of_type("list").value();
        assert_eq!(show(&append), "<method 'append' of 'list' objects>");
        let tensor = Value::Tensor(Tensor::new(array(DType::F32, &[], &[1.])));
        let sum = Native::new("torch", "sum", "self", "", func).of_type("Tensor").value();
        let at = tensor.address().unwrap();
        let method = Value::Method(Rc::new(Method { receiver: tensor, function: sum }));
        assert_eq!(show(&method), format!("<built-in method sum of Tensor object at {at:#x}>"));
    }
}
