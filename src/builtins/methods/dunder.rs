//! Special methods of the built-in types, as `super()` and explicit calls find them.

use super::super::arith::{Unary, absolute, binary, inplace, repeat, unary};
use super::super::bind::bind;
use super::super::convert::{find_integer, unwrap};
use super::super::table::{Def, add_methods};
use super::super::{format, functions, items, protocol};
use crate::diag::{Fault, Result};
use crate::value::protocol::{class_name, truth_natively};
use crate::value::{Args, Binary, Caller, Class, Compare, Native, Set, Value, types};
use std::rc::Rc;

macro_rules! forward {
    ($($name:literal $op:ident),* $(,)?) => {
        [$(Def($name, "self, value, /", "The operator's result.", |n, c, a| operate(n, c, a, Binary::$op, false))),*]
    };
}
macro_rules! reflected {
    ($($name:literal $op:ident),* $(,)?) => {
        [$(Def($name, "self, value, /", "The operator's result with the operands swapped.", |n, c, a| operate(n, c, a, Binary::$op, true))),*]
    };
}
macro_rules! in_place {
    ($($name:literal $op:ident),* $(,)?) => {
        [$(Def($name, "self, value, /", "The operator's result, in place.", |n, c, a| operate_in_place(n, c, a, Binary::$op))),*]
    };
}

static NUMBER: [Def; 12] = forward![
    "__add__" Add, "__sub__" Sub, "__mul__" Mul, "__truediv__" Div, "__floordiv__" FloorDiv, "__mod__" Mod,
    "__pow__" Pow, "__and__" And, "__or__" Or, "__xor__" Xor, "__lshift__" Shl, "__rshift__" Shr,
];
static NUMBER_REFLECTED: [Def; 12] = reflected![
    "__radd__" Add, "__rsub__" Sub, "__rmul__" Mul, "__rtruediv__" Div, "__rfloordiv__" FloorDiv, "__rmod__" Mod,
    "__rpow__" Pow, "__rand__" And, "__ror__" Or, "__rxor__" Xor, "__rlshift__" Shl, "__rrshift__" Shr,
];
static CONCAT: [Def; 2] = forward!["__add__" Add, "__mul__" Mul];
static CONCAT_REFLECTED: [Def; 1] = reflected!["__rmul__" Mul];
static MODULO: [Def; 1] = forward!["__mod__" Mod];
static LIST_IN_PLACE: [Def; 2] = in_place!["__iadd__" Add, "__imul__" Mul];
static ALGEBRA: [Def; 4] = forward!["__or__" Or, "__and__" And, "__sub__" Sub, "__xor__" Xor];
static ALGEBRA_IN_PLACE: [Def; 4] = in_place!["__ior__" Or, "__iand__" And, "__isub__" Sub, "__ixor__" Xor];
static DICT_UNION: [Def; 1] = forward!["__or__" Or];
static DICT_UNION_REFLECTED: [Def; 1] = reflected!["__ror__" Or];
static DICT_IN_PLACE: [Def; 1] = in_place!["__ior__" Or];

static EQUALITY: [Def; 2] = [
    Def("__eq__", "self, value, /", "Return self==value.", |n, c, a| compare(n, c, a, Compare::Eq)),
    Def("__ne__", "self, value, /", "Return self!=value.", |n, c, a| compare(n, c, a, Compare::Ne)),
];
static ORDER: [Def; 4] = [
    Def("__lt__", "self, value, /", "Return self<value.", |n, c, a| compare(n, c, a, Compare::Lt)),
    Def("__le__", "self, value, /", "Return self<=value.", |n, c, a| compare(n, c, a, Compare::Le)),
    Def("__gt__", "self, value, /", "Return self>value.", |n, c, a| compare(n, c, a, Compare::Gt)),
    Def("__ge__", "self, value, /", "Return self>=value.", |n, c, a| compare(n, c, a, Compare::Ge)),
];
static SHOWN: [Def; 1] = [Def("__repr__", "self, /", "Return repr(self).", repr)];
static HASHED: [Def; 1] = [Def("__hash__", "self, /", "Return hash(self).", hash)];
static FORMATTED: [Def; 1] = [Def("__format__", "self, format_spec, /", "Format as format_spec says.", formatted)];
static TEXT: [Def; 1] = [Def("__str__", "self, /", "Return str(self).", text)];
static CONTAINER: [Def; 3] = [
    Def("__len__", "self, /", "Return len(self).", len),
    Def("__iter__", "self, /", "Implement iter(self).", iter),
    Def("__contains__", "self, key, /", "Return key in self.", contains),
];
static SUBSCRIPT: [Def; 1] = [Def("__getitem__", "self, key, /", "Return self[key].", get_item)];
static ASSIGNED: [Def; 2] = [
    Def("__setitem__", "self, key, value, /", "Set self[key] to value.", set_item),
    Def("__delitem__", "self, key, /", "Delete self[key].", del_item),
];
static UNARY: [Def; 5] = [
    Def("__neg__", "self, /", "-self", |n, c, a| sign(n, c, a, Unary::Neg)),
    Def("__pos__", "self, /", "+self", |n, c, a| sign(n, c, a, Unary::Pos)),
    Def("__abs__", "self, /", "abs(self)", |n, _, args| {
        let a = bind(n, args)?;
        absolute(&unwrap(&a[0])).ok_or_else(|| super::super::convert::wrong_receiver(n, &a[0]))
    }),
    Def("__bool__", "self, /", "True if self else False", |n, _, args| {
        let a = bind(n, args)?;
        Ok(Value::Bool(truth_natively(&unwrap(&a[0]))?.unwrap_or(true)))
    }),
    Def("__divmod__", "self, value, /", "Return divmod(self, value).", |n, _, args| {
        let a = bind(n, args)?;
        Ok(functions::numbers::divmod_of(&unwrap(&a[0]), &unwrap(&a[1]))?.unwrap_or(Value::NotImplemented))
    }),
];
static INVERT: [Def; 1] = [Def("__invert__", "self, /", "~self", |n, c, a| sign(n, c, a, Unary::Invert))];
static ITERATOR: [Def; 3] = [
    Def("__next__", "self, /", "Implement next(self).", next),
    Def("__iter__", "self, /", "Implement iter(self).", |n, _, args| Ok(bind(n, args)?[0].clone())),
    Def("__length_hint__", "self, /", "Private method returning an estimate of len(list(it)).", |n, _, args| {
        let a = bind(n, args)?;
        Ok(match &a[0] {
            Value::Iter(i) => Value::from(i.remaining().unwrap_or(0)),
            _ => Value::Int(0),
        })
    }),
];

/// Fills the classes.
pub fn install() {
    let t = types();
    let add = |class: &Rc<Class>, name: &'static str, tables: &[&[Def]]| {
        for table in tables {
            add_methods(class, name, table);
        }
    };
    add(&t.int, "int", &[&NUMBER, &NUMBER_REFLECTED, &EQUALITY, &ORDER, &SHOWN, &HASHED, &FORMATTED, &UNARY, &INVERT]);
    add(&t.bool, "bool", &[&NUMBER[7..10], &SHOWN]);
    add(
        &t.float,
        "float",
        &[&NUMBER[..7], &NUMBER_REFLECTED[..7], &EQUALITY, &ORDER, &SHOWN, &HASHED, &FORMATTED, &UNARY],
    );
    add(
        &t.complex,
        "complex",
        &[
            &NUMBER[..4],
            &NUMBER[6..7],
            &NUMBER_REFLECTED[..4],
            &NUMBER_REFLECTED[6..7],
            &EQUALITY,
            &SHOWN,
            &HASHED,
            &FORMATTED,
            &UNARY[..4],
        ],
    );
    add(
        &t.str,
        "str",
        &[
            &CONCAT,
            &CONCAT_REFLECTED,
            &MODULO,
            &EQUALITY,
            &ORDER,
            &SHOWN,
            &TEXT,
            &HASHED,
            &FORMATTED,
            &CONTAINER,
            &SUBSCRIPT,
        ],
    );
    add(
        &t.list,
        "list",
        &[&CONCAT, &CONCAT_REFLECTED, &LIST_IN_PLACE, &EQUALITY, &ORDER, &SHOWN, &CONTAINER, &SUBSCRIPT, &ASSIGNED],
    );
    add(&t.tuple, "tuple", &[&CONCAT, &CONCAT_REFLECTED, &EQUALITY, &ORDER, &SHOWN, &HASHED, &CONTAINER, &SUBSCRIPT]);
    add(
        &t.dict,
        "dict",
        &[&DICT_UNION, &DICT_UNION_REFLECTED, &DICT_IN_PLACE, &EQUALITY, &SHOWN, &CONTAINER, &SUBSCRIPT, &ASSIGNED],
    );
    add(&t.set, "set", &[&ALGEBRA, &ALGEBRA_IN_PLACE, &EQUALITY, &ORDER, &SHOWN, &CONTAINER]);
    add(&t.frozenset, "frozenset", &[&ALGEBRA, &EQUALITY, &ORDER, &SHOWN, &HASHED, &CONTAINER]);
    add(&t.range, "range", &[&EQUALITY, &SHOWN, &HASHED, &CONTAINER, &SUBSCRIPT]);
    add(&t.slice, "slice", &[&EQUALITY, &SHOWN]);
    add(&t.iterator, "iterator", &[&ITERATOR]);
}

fn operate(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary, swapped: bool) -> Result<Value> {
    if op == Binary::Pow && args.values.len() == 3 {
        return functions::numbers::power_of(args.values, caller);
    }
    let a = bind(native, args)?;
    let (x, y) = (unwrap(&a[0]), unwrap(&a[1]));
    let (x, y) = if swapped { (y, x) } else { (x, y) };
    if let (Value::Str(_), Binary::Mod) = (&x, op) {
        return binary(op, &x, &a[1], caller).unwrap_or(Ok(Value::NotImplemented));
    }
    // Real numbers leave arithmetic with a complex one to that.
    let own = unwrap(&a[0]);
    if !matches!(own, Value::Complex(_)) && [&x, &y].iter().any(|v| matches!(v, Value::Complex(_))) {
        return Ok(Value::NotImplemented);
    }
    if let Some(result) = binary(op, &x, &y, caller) {
        return result;
    }
    // Sequences are repeated by whatever stands for an int.
    let is_sequence = |v: &Value| matches!(v, Value::Str(_) | Value::List(_) | Value::Tuple(_));
    match (op, &x, &y) {
        (Binary::Mul, s, times) | (Binary::Mul, times, s) if is_sequence(s) && !is_sequence(times) => {
            repeat_by(s, times, caller)
        }
        _ => Ok(Value::NotImplemented),
    }
}

fn repeat_by(sequence: &Value, times: &Value, caller: &mut dyn Caller) -> Result<Value> {
    match find_integer(times, caller)? {
        Some(times) => repeat(sequence, &times),
        None => Ok(Value::NotImplemented),
    }
}

fn operate_in_place(native: &Native, caller: &mut dyn Caller, args: Args, op: Binary) -> Result<Value> {
    let a = bind(native, args)?;
    match inplace(op, &unwrap(&a[0]), &unwrap(&a[1]), caller) {
        Some(done) => done.map(|_| a[0].clone()),
        None => Ok(Value::NotImplemented),
    }
}

fn compare(native: &Native, caller: &mut dyn Caller, args: Args, op: Compare) -> Result<Value> {
    let a = bind(native, args)?;
    let (x, y) = (unwrap(&a[0]), unwrap(&a[1]));
    let complex = |v: &Value, w: &Value| matches!(v, Value::Complex(_)) && super::super::arith::is_number(w);
    if std::mem::discriminant(&x) != std::mem::discriminant(&y)
        && !complex(&x, &y)
        && crate::value::protocol::compare_numbers(&x, &y).is_none()
    {
        return Ok(Value::NotImplemented);
    }
    Ok(protocol::compare(op, &x, &y, caller)?.unwrap_or(Value::NotImplemented))
}

fn sign(native: &Native, _: &mut dyn Caller, args: Args, op: Unary) -> Result<Value> {
    let a = bind(native, args)?;
    unary(op, &unwrap(&a[0])).ok_or_else(|| super::super::convert::wrong_receiver(native, &a[0]))
}

fn repr(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match unwrap(&a[0]) {
        Value::Object(_) => Ok(Value::str(super::object::default_repr(&a[0]))),
        Value::Set(set) if matches!(a[0], Value::Object(_)) => {
            let name = crate::value::class_of(&a[0]).name.clone();
            if set.is_empty() {
                return Ok(Value::str(format!("{name}()")));
            }
            let members = Set::new(set.items(), false, caller)?;
            Ok(Value::str(format!("{name}({})", caller.repr(&Value::Set(members))?)))
        }
        inner => caller.repr(&inner).map(Value::str),
    }
}

fn text(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match unwrap(&a[0]) {
        s @ Value::Str(_) => Ok(s),
        _ => Err(super::super::convert::wrong_receiver(native, &a[0])),
    }
}

fn hash(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    functions::hash::hash_of(&unwrap(&a[0]), caller).map(Value::Int)
}

fn formatted(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    let Some(spec) = a[1].as_str() else {
        return Err(Fault::type_error(format!("__format__() argument must be str, not {}", class_name(&a[1]))));
    };
    if spec.is_empty() {
        return caller.str(&a[0]).map(Value::str);
    }
    match format::format_value(&unwrap(&a[0]), spec)? {
        Some(text) => Ok(Value::str(text)),
        None => Err(super::object::unsupported_format(&a[0])),
    }
}

fn len(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    protocol::len(&unwrap(&a[0])).map(Value::from).ok_or_else(|| super::super::convert::wrong_receiver(native, &a[0]))
}

fn iter(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    protocol::iter(&unwrap(&a[0])).ok_or_else(|| super::super::convert::wrong_receiver(native, &a[0]))
}

fn contains(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match protocol::contains(&unwrap(&a[0]), &a[1], caller)? {
        Some(found) => Ok(Value::Bool(found)),
        None => Err(super::super::convert::wrong_receiver(native, &a[0])),
    }
}

fn get_item(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    // The object itself: a dictionary's `__missing__` belongs to its class.
    items::get_item(&a[0], &a[1], caller).unwrap_or_else(|| Err(super::super::convert::wrong_receiver(native, &a[0])))
}

fn set_item(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match items::set_item(&unwrap(&a[0]), &a[1], a[2].clone(), caller) {
        Some(done) => done.map(|()| Value::None),
        None => Err(super::super::convert::wrong_receiver(native, &a[0])),
    }
}

fn del_item(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match items::del_item(&unwrap(&a[0]), &a[1], caller) {
        Some(done) => done.map(|()| Value::None),
        None => Err(super::super::convert::wrong_receiver(native, &a[0])),
    }
}

fn next(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    caller.next(&a[0])?.ok_or_else(super::super::convert::stop_iteration)
}
