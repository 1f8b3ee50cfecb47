//! Windows for signals: `torch.signal.windows`.

use super::args::{Call, default_dtype};
use super::def::{Forms, OpDef};
use super::registry::{Modules, call_function};
use crate::array::{Array, DType, bessel};
use crate::diag::{Fault, Result};
use crate::value::{Module, Native, Value};
use crate::with_options;
use std::f64::consts::{PI, SQRT_2};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[
    &BARTLETT,
    &BLACKMAN,
    &COSINE,
    &EXPONENTIAL,
    &GAUSSIAN,
    &GENERAL_COSINE,
    &GENERAL_HAMMING,
    &HAMMING,
    &HANN,
    &KAISER,
    &NUTTALL,
];

/// A window: its length, its intervals, and the function of the place.
fn window(c: &Call, sym: usize, dtype: usize, f: impl Fn(f64, f64) -> f64) -> Result<Value> {
    let name = c.def.name;
    let m = c.int(0)?;
    let length = usize::try_from(m)
        .map_err(|_| Fault::value(format!("{name} requires non-negative window length, got M={m}")))?;
    let dtype_ = c.opt_dtype(dtype)?.unwrap_or_else(default_dtype);
    if !matches!(dtype_, DType::F32 | DType::F64) {
        return Err(Fault::value(format!("{name} expects float32 or float64 dtypes, got: torch.{}", dtype_.name())));
    }
    crate::array::storage::room_for(&[length])?;
    // A periodic window is a symmetric one of one more point, without its last.
    let points = if c.bool(sym)? || length < 2 { length } else { length + 1 };
    let values: Vec<f64> = (0..length).map(|k| f(k as f64, points as f64)).collect();
    super::creation::made(c, dtype, super::kernel::to_dtype(&Array::from_vec(values, vec![length]), dtype_)?)
}

/// A weighted sum of cosines.
fn cosines(weights: &[f64], k: f64, points: f64) -> f64 {
    if points == 1.0 {
        return 1.0;
    }
    let angle = 2.0 * PI * k / (points - 1.0);
    let term =
        |(i, w): (usize, &f64)| if i % 2 == 0 { w * (i as f64 * angle).cos() } else { -w * (i as f64 * angle).cos() };
    weights.iter().enumerate().map(term).sum()
}

/// Declares a window that is a sum of cosines with fixed weights.
macro_rules! cosine_window {
    ($id:ident, $name:literal, $word:literal, $weights:expr) => {
        #[doc = $word]
        pub static $id: OpDef = OpDef::composite($name, with_options!("M: int, *, sym: bool = True, "), |c| {
            window(c, 1, 2, |k, points| cosines($weights, k, points))
        })
        .doc(concat!($word, " of M points; sym=False for a periodic one."))
        .forms(Forms::HIDDEN);
    };
}

cosine_window!(BLACKMAN, "blackman", "Blackman's window", &[0.42, 0.5, 0.08]);
cosine_window!(HAMMING, "hamming", "Hamming's window", &[0.54, 0.46]);
cosine_window!(HANN, "hann", "Hann's window", &[0.5, 0.5]);
cosine_window!(NUTTALL, "nuttall", "Nuttall's window", &[0.3635819, 0.4891775, 0.1365995, 0.0106411]);

/// Bartlett's window.
pub static BARTLETT: OpDef = OpDef::composite("bartlett", with_options!("M: int, *, sym: bool = True, "), |c| {
    window(c, 1, 2, |k, n| if n == 1.0 { 1.0 } else { 1.0 - (2.0 * k / (n - 1.0) - 1.0).abs() })
})
.doc("Bartlett's triangular window of M points; sym=False for a periodic one.")
.forms(Forms::HIDDEN);

/// A half period of the sine.
pub static COSINE: OpDef = OpDef::composite("cosine", with_options!("M: int, *, sym: bool = True, "), |c| {
    window(c, 1, 2, |k, n| (PI * (k + 0.5) / n).sin())
})
.doc("A half period of the sine over M points; sym=False for a periodic window.")
.forms(Forms::HIDDEN);

/// An exponential window.
pub static EXPONENTIAL: OpDef = OpDef::composite(
    "exponential",
    with_options!("M: int, *, center: float? = None, tau: float = 1.0, sym: bool = True, "),
    |c| {
        let tau = c.float(2)?;
        if tau <= 0.0 {
            return Err(Fault::value(format!("Tau must be positive, got: {tau} instead.")));
        }
        let center = c.opt_scalar(1)?.map(|s| s.as_f64());
        if center.is_some() && c.bool(3)? {
            return Err(Fault::value("Center must be None for symmetric windows"));
        }
        window(c, 3, 4, |k, n| (-((k - center.unwrap_or((n - 1.0) / 2.0)) / tau).abs()).exp())
    },
)
.doc("exp(-|k - center| / tau) over M points; sym=False for a periodic window.")
.forms(Forms::HIDDEN);

/// A bell-shaped window.
pub static GAUSSIAN: OpDef =
    OpDef::composite("gaussian", with_options!("M: int, *, std: float = 1.0, sym: bool = True, "), |c| {
        let std = c.float(1)?;
        if std <= 0.0 {
            return Err(Fault::value(format!("Standard deviation must be positive, got: {std} instead.")));
        }
        window(c, 2, 3, |k, n| (-((k - (n - 1.0) / 2.0) / (std * SQRT_2)).powi(2)).exp())
    })
    .doc("The bell curve of standard deviation std over M points; sym=False for a periodic window.")
    .forms(Forms::HIDDEN);

/// A sum of cosines.
pub static GENERAL_COSINE: OpDef =
    OpDef::composite("general_cosine", with_options!("M: int, *, a, sym: bool = True, "), |c| {
        let items = match c.value(1) {
            Value::List(l) => l.to_vec(),
            Value::Tuple(t) => t.to_vec(),
            _ => return Err(Fault::type_error("Coefficients must be a list/tuple")),
        };
        if items.is_empty() {
            return Err(Fault::value("Coefficients cannot be empty"));
        }
        let weight = |v: &Value| v.as_scalar().map(|s| s.as_f64()).ok_or_else(|| c.wrong(1, "list of floats", v));
        let weights: Vec<f64> = items.iter().map(weight).collect::<Result<_>>()?;
        window(c, 2, 3, |k, n| cosines(&weights, k, n))
    })
    .doc("The sum of cosines with the weights a, of alternating sign, over M points; sym=False for a periodic window.")
    .forms(Forms::HIDDEN);

/// Hamming's window with a weight.
pub static GENERAL_HAMMING: OpDef =
    OpDef::composite("general_hamming", with_options!("M: int, *, alpha: float = 0.54, sym: bool = True, "), |c| {
        let alpha = c.float(1)?;
        window(c, 2, 3, |k, n| cosines(&[alpha, 1.0 - alpha], k, n))
    })
    .doc("Hamming's window with the weight alpha over M points; sym=False for a periodic one.")
    .forms(Forms::HIDDEN);

/// Kaiser's window.
pub static KAISER: OpDef =
    OpDef::composite("kaiser", with_options!("M: int, *, beta: float = 12.0, sym: bool = True, "), |c| {
        let beta = c.float(1)?;
        if beta < 0.0 {
            return Err(Fault::value(format!("beta must be non-negative, got: {beta} instead.")));
        }
        window(c, 2, 3, |k, n| {
            if n == 1.0 {
                return 1.0;
            }
            let place = (2.0 * k / (n - 1.0) - 1.0).min(1.0);
            bessel::i(0, beta * (1.0 - place * place).max(0.0).sqrt()) / bessel::i(0, beta)
        })
    })
    .doc("Kaiser's window of shape beta over M points; sym=False for a periodic one.")
    .forms(Forms::HIDDEN);

/// Binds `torch.signal.windows`.
pub(super) fn install(modules: &Modules) {
    let (signal, windows) = (Module::new("torch.signal"), Module::new("torch.signal.windows"));
    for def in FAMILY.iter().copied() {
        let native =
            Native::new("torch.signal.windows", def.name, def.signature, def.doc, call_function).with_data(def);
        windows.set(def.name, native.value());
    }
    signal.set("windows", Value::Module(windows));
    modules.torch.set("signal", Value::Module(signal));
}
