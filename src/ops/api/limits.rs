//! `torch.finfo` and `torch.iinfo`: the limits of element types.

use super::table::{Def, attributes, methods, read_only};
use crate::array::DType;
use crate::array::dtype::default_dtype;
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, types};
use std::rc::Rc;

/// The limits of a type.
struct Limits {
    dtype: DType,
    min: f64,
    max: f64,
    /// The distance from 1 to the next number, for floats.
    eps: f64,
    /// The smallest number with full precision, for floats.
    tiny: f64,
    /// The decimal digits, for floats.
    digits: i32,
}

impl Limits {
    fn of(dtype: DType) -> Limits {
        let float = |max: f64, eps: f64, tiny: f64, digits| Limits { dtype, min: -max, max, eps, tiny, digits };
        let int =
            |min: i64, max: i64| Limits { dtype, min: min as f64, max: max as f64, eps: 0.0, tiny: 0.0, digits: 0 };
        match dtype.to_real() {
            DType::F16 => float(65504.0, 2f64.powi(-10), 2f64.powi(-14), 3),
            DType::BF16 => float(3.3895313892515355e38, 2f64.powi(-7), f32::MIN_POSITIVE as f64, 2),
            DType::F32 => float(f32::MAX as f64, f32::EPSILON as f64, f32::MIN_POSITIVE as f64, 6),
            DType::F64 => float(f64::MAX, f64::EPSILON, f64::MIN_POSITIVE, 15),
            DType::Bool => int(0, 1),
            DType::U8 => int(0, 255),
            DType::I8 => int(-128, 127),
            DType::I16 => int(-32768, 32767),
            DType::I32 => int(i32::MIN as i64, i32::MAX as i64),
            _ => int(i64::MIN, i64::MAX),
        }
    }

    fn resolution(&self) -> f64 {
        format!("1e-{}", self.digits).parse().unwrap_or(0.0)
    }

    fn bound(&self, x: f64) -> Value {
        if self.dtype.is_float() { Value::Float(x) } else { Value::Int(x as i64) }
    }
}

/// A number as C++ prints it: six significant digits.
fn short(x: f64) -> String {
    if x == 0.0 {
        return "0".to_string();
    }
    let exponent = x.abs().log10().floor() as i32;
    let scientific = format!("{x:.5e}");
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(exponent);
    let trim = |t: &str| {
        if t.contains('.') { t.trim_end_matches('0').trim_end_matches('.').to_string() } else { t.to_string() }
    };
    if (-4..6).contains(&power) {
        return trim(&format!("{x:.*}", (5 - power).max(0) as usize));
    }
    format!("{}e{}{:02}", trim(mantissa), if power < 0 { '-' } else { '+' }, power.abs())
}

fn of(value: &Value) -> Result<Rc<Limits>> {
    match value {
        Value::Object(o) => o.native_payload::<Limits>(),
        _ => None,
    }
    .ok_or_else(|| Fault::type_error("expected the limits of a dtype"))
}

thread_local! {
    static FLOATS: Rc<Class> = class("finfo", construct_finfo);
    static INTS: Rc<Class> = class("iinfo", construct_iinfo);
}

fn class(name: &'static str, construct: crate::value::NativeFn) -> Rc<Class> {
    let class = Class::builtin(name, "torch", &[&types().object], Kind::Builtin);
    class.construct.set(Some(construct));
    attributes(
        &class,
        &[
            read_only("min", "The lowest number.", |v, _| of(v).map(|l| l.bound(l.min))),
            read_only("max", "The highest number.", |v, _| {
                of(v).map(|l| if l.dtype == DType::I64 { Value::Int(i64::MAX) } else { l.bound(l.max) })
            }),
            read_only("bits", "The bits of an element.", |v, _| of(v).map(|l| Value::from(l.dtype.size() * 8))),
            read_only("dtype", "The name of the type.", |v, _| of(v).map(|l| Value::from(l.dtype.name()))),
        ],
    );
    if name == "finfo" {
        attributes(
            &class,
            &[
                read_only("eps", "The distance from 1 to the next number.", |v, _| of(v).map(|l| Value::Float(l.eps))),
                read_only("tiny", "The smallest number with full precision.", |v, _| {
                    of(v).map(|l| Value::Float(l.tiny))
                }),
                read_only("smallest_normal", "The smallest number with full precision.", |v, _| {
                    of(v).map(|l| Value::Float(l.tiny))
                }),
                read_only("resolution", "The decimal resolution.", |v, _| of(v).map(|l| Value::Float(l.resolution()))),
            ],
        );
    }
    methods(
        &class,
        name,
        &[Def("__repr__", "self, /", "All limits.", |_, _, args| {
            let l = of(args.values.first().unwrap_or(&Value::None))?;
            let (min, max, dtype) = (short(l.min), short(l.max), l.dtype.name());
            Ok(Value::from(if l.dtype.is_float() {
                let (resolution, eps, tiny) = (short(l.resolution()), short(l.eps), short(l.tiny));
                format!(
                    "finfo(resolution={resolution}, min={min}, max={max}, eps={eps}, smallest_normal={tiny}, \
                     tiny={tiny}, dtype={dtype})"
                )
            } else {
                format!("iinfo(min={min}, max={max}, dtype={dtype})")
            }))
        })],
    );
    class
}

fn construct_finfo(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let dtype = match args.values.get(1) {
        None => default_dtype(),
        Some(Value::DType(d)) => *d,
        Some(other) => return Err(wrong("finfo", other)),
    };
    let dtype = dtype.to_real();
    if !dtype.is_float() {
        return Err(Fault::type_error(
            "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'",
        ));
    }
    Ok(Value::Object(Instance::native(FLOATS.with(Clone::clone), Limits::of(dtype))))
}

fn construct_iinfo(_: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    match args.values.get(1) {
        Some(Value::DType(d)) if d.is_int() => {
            Ok(Value::Object(Instance::native(INTS.with(Clone::clone), Limits::of(*d))))
        }
        Some(Value::DType(_)) => Err(Fault::type_error(
            "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'",
        )),
        Some(other) => Err(wrong("iinfo", other)),
        None => Err(Fault::type_error("iinfo() missing 1 required positional arguments: \"type\"")),
    }
}

#[cold]
fn wrong(name: &str, value: &Value) -> crate::diag::Error {
    let class = crate::value::protocol::class_name(value);
    Fault::type_error(format!("{name}(): argument 'type' (position 1) must be torch.dtype, not {class}"))
}

/// Binds the classes.
pub fn install(torch: &Module) {
    torch.set("finfo", Value::Class(FLOATS.with(Clone::clone)));
    torch.set("iinfo", Value::Class(INTS.with(Clone::clone)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_print_six_digits() {
        assert_eq!(short(f32::MAX as f64), "3.40282e+38");
        assert_eq!(short(f32::EPSILON as f64), "1.19209e-07");
        assert_eq!(short(65504.0), "65504");
        assert_eq!(short(0.0009765625), "0.000976562");
        assert_eq!(short(-2147483648.0), "-2.14748e+09");
        assert_eq!(short(0.001), "0.001");
    }
}
