//! Methods of ints, and the constructors `int` and `bool`.

use super::super::bind::bind;
use super::super::classes::finish;
use super::super::convert::{
    big_of, class_argument, find_integer, to_big, to_index, unwrap, unwrapped, wrong_receiver,
};
use super::super::table::{Def, add_attributes, add_methods, attribute};
use crate::diag::{Fault, Result};
use crate::value::number::parse_int;
use crate::value::protocol::class_name;
use crate::value::{Args, Caller, GetSet, Native, Value, types};
use num_bigint::BigInt;
use num_integer::Integer;
use num_traits::{FromPrimitive, Signed};

static METHODS: [Def; 11] = [
    Def("bit_length", "self, /", "Number of bits necessary to represent self in binary.", |n, _, args| {
        Ok(Value::Int(receiver(n, args)?.bits() as i64))
    }),
    Def("bit_count", "self, /", "Number of ones in the binary representation of the absolute value.", |n, _, args| {
        Ok(Value::Int(receiver(n, args)?.magnitude().count_ones() as i64))
    }),
    Def("conjugate", "self, /", "Returns self, the complex conjugate of any int.", itself),
    Def("as_integer_ratio", "self, /", "Return the int and 1.", |n, c, args| {
        Ok(Value::tuple([itself(n, c, args)?, Value::Int(1)]))
    }),
    Def("__int__", "self, /", "int(self)", itself),
    Def("__index__", "self, /", "The int itself, for use as an index.", itself),
    Def("__trunc__", "self, /", "Truncating an int returns itself.", itself),
    Def("__floor__", "self, /", "Flooring an int returns itself.", itself),
    Def("__ceil__", "self, /", "Ceiling of an int returns itself.", itself),
    Def("__float__", "self, /", "float(self)", |n, c, args| {
        let itself = itself(n, c, args)?;
        super::super::convert::to_float(&itself, c).map(Value::Float)
    }),
    Def("__round__", "self, ndigits=None, /", "Round to a multiple of a power of ten.", |n, c, args| {
        let a = bind(n, args)?;
        round(&unwrap(&a[0]), &a[1], c)
    }),
];

static ATTRIBUTES: [GetSet; 4] = [
    attribute("real", "The real part.", |v, c| super::super::convert::to_integer(v, c)),
    attribute("imag", "The imaginary part: 0.", |_, _| Ok(Value::Int(0))),
    attribute("numerator", "The int itself.", |v, c| super::super::convert::to_integer(v, c)),
    attribute("denominator", "1.", |_, _| Ok(Value::Int(1))),
];

/// Fills the classes.
pub fn install() {
    add_methods(&types().int, "int", &METHODS);
    add_attributes(&types().int, &ATTRIBUTES);
    types().int.construct.set(Some(construct));
    types().bool.construct.set(Some(construct_bool));
}

fn receiver(native: &Native, args: Args) -> Result<BigInt> {
    let a = bind(native, args)?;
    big_of(&unwrap(&a[0])).ok_or_else(|| wrong_receiver(native, &a[0]))
}

fn itself(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    receiver(native, args).map(Value::big)
}

/// `round(int, ndigits)`: to the nearest multiple of a power of ten, ties to even.
pub fn round(x: &Value, digits: &Value, caller: &mut dyn Caller) -> Result<Value> {
    let big = big_of(x).unwrap_or_default();
    if digits.is_none() {
        return Ok(Value::big(big));
    }
    let digits = to_index(digits, caller)?;
    if digits >= 0 {
        return Ok(Value::big(big));
    }
    let places = digits.unsigned_abs();
    if places as f64 > big.bits() as f64 * 0.302 + 2.0 {
        return Ok(Value::Int(0));
    }
    let unit = BigInt::from(10).pow(places as u32);
    let (quotient, remainder) = big.div_mod_floor(&unit);
    let twice = &remainder * 2;
    let up = twice > unit || (twice == unit && quotient.is_odd());
    Ok(Value::big((quotient + BigInt::from(up as u8)) * unit))
}

/// The int nearest to zero of a float.
///
/// Errors: OverflowError for infinities, ValueError for NaN.
pub fn of_float(f: f64) -> Result<Value> {
    if f.is_nan() {
        return Err(Fault::value("cannot convert float NaN to integer"));
    }
    if f.is_infinite() {
        return Err(Fault::overflow("cannot convert float infinity to integer"));
    }
    if f.abs() < 9.2e18 {
        return Ok(Value::Int(f as i64));
    }
    Ok(Value::big(BigInt::from_f64(f.trunc()).unwrap_or_default()))
}

/// `int(x=0, /, base=10)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    if let [class, value] = args.values
        && args.names.is_empty()
        && let Value::Class(class) = class
    {
        return Ok(finish(class, convert(value, caller)?));
    }
    let class = class_argument(args.values.first())?;
    let positional = &args.positional()[1..];
    if positional.len() > 2 {
        return Err(Fault::type_error(format!("int() takes at most 2 arguments ({} given)", positional.len())));
    }
    for (name, _) in args.keywords() {
        if name.as_str() != "base" {
            return Err(Fault::type_error(format!("'{name}' is an invalid keyword argument for int()")));
        }
    }
    let base = positional.get(1).or_else(|| args.keyword("base"));
    let value = match (positional.first(), base) {
        (None, None) => Value::Int(0),
        (None, Some(_)) => return Err(Fault::type_error("int() missing string argument")),
        (Some(value), None) => convert(value, caller)?,
        (Some(value), Some(base)) => {
            let base = to_index(base, caller)?;
            if base != 0 && !(2..=36).contains(&base) {
                return Err(Fault::value("int() base must be >= 2 and <= 36, or 0"));
            }
            match &*unwrapped(value) {
                Value::Str(text) => parse(text, base as u32, caller)?,
                _ => return Err(Fault::type_error("int() can't convert non-string with explicit base")),
            }
        }
    };
    Ok(finish(&class, value))
}

fn parse(text: &str, base: u32, caller: &mut dyn Caller) -> Result<Value> {
    match parse_int(text, base)? {
        Some(big) => Ok(Value::big(big)),
        None => {
            let shown = caller.repr(&Value::str(text))?;
            Err(Fault::value(format!("invalid literal for int() with base {base}: {shown}")))
        }
    }
}

/// `int(value)`.
pub fn convert(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    match value {
        Value::Int(_) | Value::Big(_) => return Ok(value.clone()),
        Value::Bool(b) => return Ok(Value::Int(*b as i64)),
        Value::Float(f) => return of_float(*f),
        Value::Str(s) => return parse(s, 10, caller),
        Value::Tensor(t) => {
            crate::ops::api::conversion::warn_scalar(value, caller)?;
            return match super::super::convert::only_element(t)? {
                crate::array::Scalar::Float(f) => of_float(f),
                crate::array::Scalar::Complex(z) if z.im != 0.0 => {
                    Err(Fault::runtime("value cannot be converted to type int64_t without overflow"))
                }
                other => Ok(Value::Int(other.as_i64())),
            };
        }
        Value::Array(a) => {
            return match a.array.borrow().item() {
                Some(crate::array::Scalar::Float(f)) => of_float(f),
                Some(other) => Ok(Value::Int(other.as_i64())),
                None => Err(Fault::type_error("only 0-dimensional arrays can be converted to Python scalars")),
            };
        }
        Value::Object(_) => {}
        other => return Err(refusal(other)),
    }
    match &*unwrapped(value) {
        Value::Object(_) => {}
        inner => return convert(inner, caller),
    }
    for special in ["__int__", "__index__", "__trunc__"] {
        if let Some(found) = caller.call_special(value, special, &[])? {
            return match find_integer(&found, caller)? {
                Some(int) => Ok(int),
                None => Err(Fault::type_error(format!("{special} returned non-int (type {})", class_name(&found)))),
            };
        }
    }
    Err(refusal(value))
}

#[cold]
fn refusal(value: &Value) -> crate::diag::Error {
    Fault::type_error(format!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        class_name(value)
    ))
}

/// `bool(x=False)`.
fn construct_bool(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let rest = Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names };
    Ok(Value::Bool(match rest.between("bool", 0, 1)? {
        [value] => caller.truth(value)?,
        _ => false,
    }))
}

/// The magnitude of an int, with its sign, for formatting: whether negative, digits in a base.
pub fn digits_in(value: &BigInt, radix: u32) -> (bool, String) {
    (value.is_negative(), value.magnitude().to_str_radix(radix))
}

/// The digits of an int in a base with a prefix, as `bin`, `oct` and `hex` show it.
pub fn with_prefix(value: &Value, radix: u32, prefix: &str, caller: &mut dyn Caller) -> Result<Value> {
    let (negative, digits) = digits_in(&to_big(value, caller)?, radix);
    Ok(Value::str(format!("{}{prefix}{digits}", if negative { "-" } else { "" })))
}
