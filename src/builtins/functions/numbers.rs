//! Functions of numbers: `abs`, `round`, `divmod`, `pow`, `sum`, `min`, `max`.

use super::super::arith::{absolute, binary, float_divmod, int_divmod, is_number, power_modulo};
use super::super::bind::bind;
use super::super::convert::{big_of, find_integer, unwrap};
use super::super::methods::sort::less;
use super::super::table::Def;
use crate::diag::{Fault, Result};
use crate::value::protocol::class_name;
use crate::value::{Args, Binary, Caller, Native, Value};

/// The functions.
pub static FUNCTIONS: [Def; 7] = [
    Def("abs", "x, /", "Return the absolute value of the argument.", abs),
    Def("round", "number, ndigits=None", "Round a number to a given precision in decimal digits.", round),
    Def("divmod", "x, y, /", "Return the tuple (x//y, x%y).", divmod),
    Def("pow", "base, exp, mod=None", "Equivalent to base**exp or base**exp % mod.", pow),
    Def("sum", "iterable, /, start=0", "Return the sum of a start value and an iterable of numbers.", sum),
    Def("min", "*args, key=None, default=...", "Return the smallest item.", |n, c, a| extreme(n, c, a, true)),
    Def("max", "*args, key=None, default=...", "Return the biggest item.", |n, c, a| extreme(n, c, a, false)),
];

fn abs(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let value = args.one("abs")?;
    if let Some(found) = absolute(value) {
        return Ok(found);
    }
    match special(value, "__abs__", &[], caller)? {
        Some(found) => Ok(found),
        None => Err(Fault::type_error(format!("bad operand type for abs(): '{}'", class_name(value)))),
    }
}

/// A special method, or for tensors and arrays the method of that name without underscores.
fn special(value: &Value, name: &str, args: &[Value], caller: &mut dyn Caller) -> Result<Option<Value>> {
    if let Some(found) = caller.call_special(value, name, args)? {
        return Ok(Some(found));
    }
    if matches!(value, Value::Tensor(_) | Value::Array(_))
        && let Some(method) = caller.find_attr(value, &crate::value::intern(name.trim_matches('_')))?
    {
        return caller.call(&method, Args::of(args)).map(Some);
    }
    Ok(None)
}

fn round(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    match unwrap(&a[0]) {
        Value::Float(x) => return super::super::methods::float::round(x, &a[1], caller),
        x @ (Value::Int(_) | Value::Bool(_) | Value::Big(_)) => {
            return super::super::methods::int::round(&x, &a[1], caller);
        }
        _ => {}
    }
    let rest = if a[1].is_none() { &[][..] } else { &a[1..2] };
    match caller.call_special(&a[0], "__round__", rest)? {
        Some(found) => Ok(found),
        None => Err(Fault::type_error(format!("type {} doesn't define __round__ method", class_name(&a[0])))),
    }
}

/// `divmod` of two numbers; `None` for other values.
pub fn divmod_of(a: &Value, b: &Value) -> Result<Option<Value>> {
    let pair = match (a, b) {
        (Value::Float(_), _) | (_, Value::Float(_)) => {
            let float = |v: &Value| match v {
                Value::Float(f) => Some(*f),
                other => big_of(other).and_then(|b| super::super::convert::big_to_float(&b).ok()),
            };
            let (Some(x), Some(y)) = (float(a), float(b)) else { return Ok(None) };
            let (q, r) = float_divmod(x, y)?;
            (Value::Float(q), Value::Float(r))
        }
        _ => match (big_of(a), big_of(b)) {
            (Some(x), Some(y)) => int_divmod(&x, &y)?,
            _ => return Ok(None),
        },
    };
    Ok(Some(Value::tuple([pair.0, pair.1])))
}

fn divmod(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = args.between("divmod", 2, 2)?;
    if let Some(found) = divmod_of(&unwrap(&a[0]), &unwrap(&a[1]))? {
        return Ok(found);
    }
    for (x, y, name) in [(&a[0], &a[1], "__divmod__"), (&a[1], &a[0], "__rdivmod__")] {
        match caller.call_special(x, name, std::slice::from_ref(y))? {
            Some(Value::NotImplemented) | None => {}
            Some(found) => return Ok(found),
        }
    }
    let is = |kind: fn(&Value) -> bool| a.iter().any(kind);
    if is(|v| matches!(v, Value::Array(_))) && !is(|v| matches!(v, Value::Tensor(_))) {
        let quotient = caller.binary(Binary::FloorDiv, &a[0], &a[1])?;
        let remainder = caller.binary(Binary::Mod, &a[0], &a[1])?;
        return Ok(Value::tuple([quotient, remainder]));
    }
    Err(Fault::type_error(format!(
        "unsupported operand type(s) for divmod(): '{}' and '{}'",
        class_name(&a[0]),
        class_name(&a[1])
    )))
}

/// `pow(base, exp, mod)` of three values.
pub fn power_of(values: &[Value], caller: &mut dyn Caller) -> Result<Value> {
    let [base, exponent, modulus] = values else {
        return Err(Fault::type_error("pow() takes two or three arguments"));
    };
    if modulus.is_none() {
        return caller.binary(Binary::Pow, base, exponent);
    }
    if values.iter().any(|v| matches!(v, Value::Complex(_))) && values.iter().all(is_number) {
        return Err(Fault::value("complex modulo"));
    }
    let mut ints = Vec::new();
    for value in [base, exponent, modulus] {
        match find_integer(value, caller)?.as_ref().and_then(big_of) {
            Some(int) => ints.push(int),
            None if [base, exponent, modulus].iter().all(|v| find_float_natively(v)) => {
                return Err(Fault::type_error("pow() 3rd argument not allowed unless all arguments are integers"));
            }
            None => {
                return Err(Fault::type_error(format!(
                    "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                    class_name(base),
                    class_name(exponent),
                    class_name(modulus)
                )));
            }
        }
    }
    power_modulo(&ints[0], &ints[1], &ints[2])
}

fn find_float_natively(value: &Value) -> bool {
    matches!(value, Value::Float(_) | Value::Int(_) | Value::Bool(_) | Value::Big(_))
}

fn pow(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    power_of(&a, caller)
}

fn sum(native: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let a = bind(native, args)?;
    if let Value::Str(_) = &a[1] {
        return Err(Fault::type_error("sum() can't sum strings [use ''.join(seq) instead]"));
    }
    let mut total = a[1].clone();
    if let Value::Range(r) = &a[0] {
        for i in 0..r.len() {
            total = add(total, Value::Int(r.at(i)), caller)?;
        }
        return Ok(total);
    }
    let iterator = caller.iter(&a[0])?;
    while let Some(item) = caller.next(&iterator)? {
        total = add(total, item, caller)?;
    }
    Ok(total)
}

#[inline]
fn add(total: Value, item: Value, caller: &mut dyn Caller) -> Result<Value> {
    match (&total, &item) {
        (Value::Int(x), Value::Int(y)) => {
            if let Some(sum) = x.checked_add(*y) {
                return Ok(Value::Int(sum));
            }
        }
        (Value::Float(x), Value::Float(y)) => return Ok(Value::Float(x + y)),
        _ => {}
    }
    match binary(Binary::Add, &total, &item, caller) {
        Some(sum) => sum,
        None => caller.binary(Binary::Add, &total, &item),
    }
}

fn extreme(native: &Native, caller: &mut dyn Caller, args: Args, least: bool) -> Result<Value> {
    let name = native.name;
    if args.positional().is_empty() {
        return Err(Fault::type_error(format!("{name} expected at least 1 argument, got 0")));
    }
    let a = bind(native, args)?;
    let (key, default) = (&a[1], &a[2]);
    let several = args.positional();
    let iterator = if several.len() > 1 {
        if !default.is_undef() {
            return Err(Fault::type_error(format!(
                "Cannot specify a default for {name}() with multiple positional arguments"
            )));
        }
        None
    } else {
        Some(caller.iter(&several[0])?)
    };
    let mut position = 0;
    let mut best: Option<(Value, Value)> = None;
    loop {
        let item = match &iterator {
            Some(iterator) => caller.next(iterator)?,
            None => several.get(position).cloned(),
        };
        position += 1;
        let Some(item) = item else { break };
        let measure =
            if key.is_none() { item.clone() } else { caller.call(key, Args::of(std::slice::from_ref(&item)))? };
        let better = match &best {
            None => true,
            Some((_, known)) if least => less(&measure, known, caller)?,
            Some((_, known)) => {
                match crate::value::protocol::order_natively(crate::value::Compare::Gt, &measure, known) {
                    Some(greater) => greater,
                    None => {
                        let greater = caller.compare(crate::value::Compare::Gt, &measure, known)?;
                        caller.truth(&greater)?
                    }
                }
            }
        };
        if better {
            best = Some((item, measure));
        }
    }
    match best {
        Some((item, _)) => Ok(item),
        None if !default.is_undef() => Ok(default.clone()),
        None => Err(Fault::value(format!("{name}() arg is an empty sequence"))),
    }
}
