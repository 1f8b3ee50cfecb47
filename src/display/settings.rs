//! `torch.set_printoptions` and `np.set_printoptions`: print options set by the program.

use super::options::{FloatMode, PrintOptionsChange, array_options, replace_array_options, set_print_options};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Module, Native, Value};

/// Binds the functions in both modules.
pub fn install(torch: &Module, numpy: &Module) {
    torch.set(
        "set_printoptions",
        Native::new(
            "torch",
            "set_printoptions",
            "precision=None, threshold=None, edgeitems=None, linewidth=None, profile=None, sci_mode=None",
            "How tensors are printed from now on: digits, summaries, columns, exponents.",
            torch_options,
        )
        .value(),
    );
    numpy.set(
        "set_printoptions",
        Native::new(
            "numpy",
            "set_printoptions",
            "precision=None, threshold=None, edgeitems=None, linewidth=None, suppress=None, floatmode=None",
            "How arrays are printed from now on: digits, summaries, columns, exponents.",
            numpy_options,
        )
        .value(),
    );
}

/// A size in an argument; `inf` stands for no limit.
fn size(value: &Value) -> Result<Option<usize>> {
    match value {
        Value::None | Value::Undef => Ok(None),
        Value::Float(f) if *f == f64::INFINITY => Ok(Some(usize::MAX)),
        other => match other.as_scalar().map(|s| s.as_i64()).and_then(|n| usize::try_from(n).ok()) {
            Some(n) => Ok(Some(n)),
            None => Err(Fault::value("print options must be numbers that are not negative")),
        },
    }
}

fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(b) => Some(*b),
        Value::Int(n) => Some(*n != 0),
        _ => None,
    }
}

fn torch_options(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    set_print_options(&PrintOptionsChange {
        precision: size(&bound[0])?,
        threshold: size(&bound[1])?,
        edgeitems: size(&bound[2])?,
        linewidth: size(&bound[3])?,
        profile: bound[4].as_str().map(str::to_string),
        sci_mode: flag(&bound[5]),
    });
    Ok(Value::None)
}

fn numpy_options(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let mut options = array_options();
    options.precision = size(&bound[0])?.unwrap_or(options.precision);
    options.threshold = size(&bound[1])?.unwrap_or(options.threshold);
    options.edgeitems = size(&bound[2])?.unwrap_or(options.edgeitems);
    options.linewidth = size(&bound[3])?.unwrap_or(options.linewidth);
    options.suppress = flag(&bound[4]).unwrap_or(options.suppress);
    if let Some(name) = bound[5].as_str() {
        options.floatmode = FloatMode::from_name(name).ok_or_else(|| {
            Fault::value("floatmode option must be one of \"fixed\", \"unique\", \"maxprec\" or \"maxprec_equal\"")
        })?;
    }
    replace_array_options(options);
    Ok(Value::None)
}
