//! The distributions of `np.random`: a row each, for the legacy functions and the generators of `default_rng` alike.
//!
//! Where the two streams draw in different ways, the row asks the stream which it is. Source of the inversions: Devroye,
//! Non-Uniform Random Variate Generation (1986).

use super::bridge::shape_of;
use super::operators::show_shape;
use super::promote::{array_of, wrap_array};
use super::source::state;
use super::streams::{self, Stream};
use crate::array::layout::{broadcast_sizes, checked_numel};
use crate::array::storage::allocate;
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Native, Value};

/// A distribution of numbers.
pub struct Distribution {
    name: &'static str,
    /// The parameters, and last the size.
    signature: &'static str,
    doc: &'static str,
    refused: &'static [Refusal],
    /// Whether what is drawn are counts, which are integers.
    counts: bool,
    /// One number, given one of each parameter.
    draw: fn(&mut dyn Stream, &[f64]) -> f64,
}

/// What the parameters must not be, and the words of the ValueError. NaN passes where NumPy lets it pass.
struct Refusal(fn(&[f64]) -> bool, &'static str);

const SCALE: &[Refusal] = &[Refusal(|p| p[0] < 0.0, "scale < 0")];
const LOCATED: &[Refusal] = &[Refusal(|p| p[1] < 0.0, "scale < 0")];
const A: &[Refusal] = &[Refusal(|p| p[0] <= 0.0, "a <= 0")];
const DF: &[Refusal] = &[Refusal(|p| p[0] <= 0.0, "df <= 0")];

const fn real(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    refused: &'static [Refusal],
    draw: fn(&mut dyn Stream, &[f64]) -> f64,
) -> Distribution {
    Distribution { name, signature, doc, refused, counts: false, draw }
}

const fn count(
    name: &'static str,
    signature: &'static str,
    doc: &'static str,
    refused: &'static [Refusal],
    draw: fn(&mut dyn Stream, &[f64]) -> f64,
) -> Distribution {
    Distribution { name, signature, doc, refused, counts: true, draw }
}

/// All of them.
pub static ALL: &[Distribution] = &[
    real("standard_normal", "size=None", "Standard normal numbers.", &[], |s, _| s.normal()),
    real("normal", "loc=0.0, scale=1.0, size=None", "Normal numbers.", LOCATED, |s, p| p[0] + p[1] * s.normal()),
    real(
        "lognormal",
        "mean=0.0, sigma=1.0, size=None",
        "Numbers whose logarithm is normal.",
        &[Refusal(|p| p[1] < 0.0, "sigma < 0")],
        |s, p| (p[0] + p[1] * s.normal()).exp(),
    ),
    real("uniform", "low=0.0, high=1.0, size=None", "Uniform numbers between bounds.", &[], |s, p| {
        p[0] + (p[1] - p[0]) * s.double()
    }),
    real(
        "triangular",
        "left, mode, right, size=None",
        "Numbers whose density rises to the mode and falls to the right end.",
        &[
            Refusal(|p| p[0] > p[1], "left > mode"),
            Refusal(|p| p[1] > p[2], "mode > right"),
            Refusal(|p| p[0] == p[2], "left == right"),
        ],
        |s, p| {
            let (left, mode, right) = (p[0], p[1], p[2]);
            let u = s.double();
            if u <= (mode - left) / (right - left) {
                left + (u * ((mode - left) * (right - left))).sqrt()
            } else {
                right - ((1.0 - u) * ((right - mode) * (right - left))).sqrt()
            }
        },
    ),
    real("standard_exponential", "size=None", "Exponential numbers of scale 1.", &[], |s, _| s.exponential()),
    real("exponential", "scale=1.0, size=None", "Exponential numbers.", SCALE, |s, p| p[0] * s.exponential()),
    real(
        "standard_gamma",
        "shape, size=None",
        "Gamma numbers of scale 1.",
        &[Refusal(|p| p[0] < 0.0, "shape < 0")],
        |s, p| streams::gamma(s, p[0]),
    ),
    real(
        "gamma",
        "shape, scale=1.0, size=None",
        "Gamma numbers.",
        &[Refusal(|p| p[0] < 0.0, "shape < 0"), Refusal(|p| p[1] < 0.0, "scale < 0")],
        |s, p| p[1] * streams::gamma(s, p[0]),
    ),
    real(
        "beta",
        "a, b, size=None",
        "Beta numbers.",
        &[Refusal(|p| p[0] <= 0.0, "a <= 0"), Refusal(|p| p[1] <= 0.0, "b <= 0")],
        |s, p| streams::beta(s, p[0], p[1]),
    ),
    real("chisquare", "df, size=None", "Chi-square numbers.", DF, |s, p| chi_square(s, p[0])),
    real(
        "f",
        "dfnum, dfden, size=None",
        "Numbers of Fisher's F distribution.",
        &[Refusal(|p| p[0] <= 0.0, "dfnum <= 0"), Refusal(|p| p[1] <= 0.0, "dfden <= 0")],
        |s, p| {
            let above = chi_square(s, p[0]) * p[1];
            above / (chi_square(s, p[1]) * p[0])
        },
    ),
    real("standard_t", "df, size=None", "Numbers of Student's t distribution.", DF, |s, p| {
        let above = s.normal();
        (p[0] / 2.0).sqrt() * above / streams::gamma(s, p[0] / 2.0).sqrt()
    }),
    real("standard_cauchy", "size=None", "Cauchy numbers of location 0 and scale 1.", &[], |s, _| {
        let above = s.normal();
        above / s.normal()
    }),
    real("laplace", "loc=0.0, scale=1.0, size=None", "Laplace numbers.", LOCATED, |s, p| {
        streams::laplace(s, p[0], p[1])
    }),
    real("gumbel", "loc=0.0, scale=1.0, size=None", "Gumbel numbers.", LOCATED, |s, p| streams::gumbel(s, p[0], p[1])),
    real("logistic", "loc=0.0, scale=1.0, size=None", "Logistic numbers.", LOCATED, |s, p| {
        streams::logistic(s, p[0], p[1])
    }),
    real("rayleigh", "scale=1.0, size=None", "Rayleigh numbers.", SCALE, |s, p| match s.modern().is_some() {
        true => p[0] * (2.0 * s.exponential()).sqrt(),
        false => p[0] * (-2.0 * (-s.double()).ln_1p()).sqrt(),
    }),
    real("weibull", "a, size=None", "Weibull numbers of scale 1.", &[Refusal(|p| p[0] < 0.0, "a < 0")], |s, p| {
        if p[0] == 0.0 { 0.0 } else { s.exponential().powf(1.0 / p[0]) }
    }),
    real("power", "a, size=None", "Numbers in [0, 1] with density a * x ** (a - 1).", A, |s, p| {
        let below = match s.modern().is_some() {
            true => -(-s.exponential()).exp_m1(),
            false => 1.0 - (-s.exponential()).exp(),
        };
        below.powf(1.0 / p[0])
    }),
    real("pareto", "a, size=None", "Numbers of the Pareto II (Lomax) distribution.", A, |s, p| {
        match s.modern().is_some() {
            true => (s.exponential() / p[0]).exp_m1(),
            false => (s.exponential() / p[0]).exp() - 1.0,
        }
    }),
    count(
        "binomial",
        "n, p, size=None",
        "How many of n trials of probability p succeed.",
        &[Refusal(|p| p[0] < 0.0, "n < 0"), Refusal(|p| !(0.0..=1.0).contains(&p[1]), "p < 0, p > 1 or p is NaN")],
        |s, p| streams::binomial(s, p[0] as i64, p[1]) as f64,
    ),
    count(
        "negative_binomial",
        "n, p, size=None",
        "How many trials of probability p fail before n succeed.",
        &[
            Refusal(|p| p[0] <= 0.0, "n <= 0"),
            Refusal(|p| p[1] == 0.0 || !(0.0..=1.0).contains(&p[1]), "p <= 0, p > 1 or p contains NaNs"),
        ],
        |s, p| {
            let mean = streams::gamma(s, p[0]) * ((1.0 - p[1]) / p[1]);
            streams::poisson(s, mean) as f64
        },
    ),
    count(
        "poisson",
        "lam=1.0, size=None",
        "Poisson numbers.",
        &[
            Refusal(|p| p[0] < 0.0 || p[0].is_nan(), "lam < 0 or lam is NaN"),
            Refusal(|p| p[0] > 9.223372006484771e18, "lam value too large"),
        ],
        |s, p| streams::poisson(s, p[0]) as f64,
    ),
    count(
        "geometric",
        "p, size=None",
        "How many trials of probability p there are up to the first success.",
        &[Refusal(|p| p[0] == 0.0 || !(0.0..=1.0).contains(&p[0]), "p <= 0, p > 1 or p contains NaNs")],
        |s, p| streams::geometric(s, p[0]) as f64,
    ),
];

fn chi_square(s: &mut dyn Stream, df: f64) -> f64 {
    2.0 * streams::gamma(s, df / 2.0)
}

impl Distribution {
    /// The function that draws from it.
    pub fn native(&'static self) -> Native {
        Native::new("numpy.random", self.name, self.signature, self.doc, run).with_data(self)
    }
}

fn run(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let Some(distribution) = native.data.and_then(|data| data.downcast_ref::<Distribution>()) else {
        return Err(Fault::internal("a distribution without its row"));
    };
    let (state, args) = state(native, args)?;
    let mut parameters = native.parsed().bind(args, 0)?;
    let size = sizes(&parameters.pop().unwrap_or(Value::None))?;
    let (parameters, size) = broadcast(&parameters, size)?;
    for Refusal(is_refused, words) in distribution.refused {
        if parameters.rows().any(|row| is_refused(&row)) {
            return Err(Fault::value(*words));
        }
    }
    let stream = &mut **state.borrow_mut();
    let mut rows = parameters.rows().cycle();
    let mut draw = || (distribution.draw)(stream, &rows.next().unwrap_or_default());
    let Some(size) = size else {
        let one = draw();
        return Ok(if distribution.counts { Value::Int(one as i64) } else { Value::Float(one) });
    };
    let drawn = filled(size, draw)?;
    Ok(wrap_array(if distribution.counts { map::cast(&drawn, DType::I64)? } else { drawn }))
}

/// The most parameters that a distribution has.
const MOST: usize = 3;

/// Parameters that broadcast with each other: a row for each element of the result, or one for all.
struct Rows {
    columns: Vec<Vec<f64>>,
}

impl Rows {
    fn rows(&self) -> impl Iterator<Item = [f64; MOST]> + Clone + '_ {
        let n = self.columns.iter().map(Vec::len).max().unwrap_or(1);
        (0..n).map(|i| {
            let mut row = [f64::NAN; MOST];
            for (place, column) in row.iter_mut().zip(&self.columns) {
                *place = if column.len() == 1 { column[0] } else { column[i] };
            }
            row
        })
    }
}

/// Parameters and the size of the result; without a size, numbers give one number, arrays one for each of their elements.
///
/// Errors: ValueError when a parameter does not broadcast.
fn broadcast(parameters: &[Value], size: Option<Vec<usize>>) -> Result<(Rows, Option<Vec<usize>>)> {
    let given = parameters.iter().map(|p| map::cast(&array_of(p)?, DType::F64)).collect::<Result<Vec<Array>>>()?;
    let mut shapes: Vec<&[usize]> = size.iter().map(Vec::as_slice).collect();
    shapes.extend(given.iter().map(Array::sizes));
    let together = joint_shape(&shapes)?;
    let has_arrays = given.iter().any(|a| a.ndim() > 0);
    if let Some(size) = &size
        && *size != together
        && has_arrays
    {
        return Err(Fault::value(format!(
            "Output size {} is not compatible with broadcast dimensions of inputs {}.",
            spaced(size),
            spaced(&together)
        )));
    }
    let size = size.or_else(|| has_arrays.then_some(together));
    let spread = |array: Array| match &size {
        Some(size) if array.numel() != 1 => array.with_layout(array.layout.broadcast_to(size)?).to_vec(),
        _ => array.to_vec(),
    };
    Ok((Rows { columns: given.into_iter().map(spread).collect::<Result<_>>()? }, size))
}

/// The shape to which several shapes broadcast.
///
/// Errors: ValueError that names the first two that do not fit.
fn joint_shape(shapes: &[&[usize]]) -> Result<Vec<usize>> {
    let mut together = Vec::new();
    for (j, shape) in shapes.iter().enumerate() {
        let Ok(wider) = broadcast_sizes(&together, shape) else {
            let i = shapes.iter().position(|s| broadcast_sizes(s, shape).is_err()).unwrap_or(0);
            return Err(Fault::value(format!(
                "shape mismatch: objects cannot be broadcast to a single shape.  Mismatch is between arg {i} with shape {} \
                 and arg {j} with shape {}.",
                spaced(shapes[i]),
                spaced(shape)
            )));
        };
        together = wider.to_vec();
    }
    Ok(together)
}

/// A shape as Python writes tuples; NumPy's own words leave the blanks out.
fn spaced(shape: &[usize]) -> String {
    show_shape(shape).replace(",", ", ").replace(", )", ",)")
}

/// The sizes of an argument; `None` for None, which asks for one number.
pub fn sizes(value: &Value) -> Result<Option<Vec<usize>>> {
    match value {
        Value::None | Value::Undef => Ok(None),
        v => shape_of(v).map(Some),
    }
}

/// Numbers of a size.
fn filled(size: Vec<usize>, mut draw: impl FnMut() -> f64) -> Result<Array> {
    let n = checked_numel(&size)?;
    let mut data = allocate::<f64>(n)?;
    data.extend((0..n).map(|_| draw()));
    Ok(Array::from_vec(data, size))
}

/// Numbers of a size, or one of them.
pub fn drawn(size: Option<Vec<usize>>, mut draw: impl FnMut() -> f64) -> Result<Value> {
    match size {
        None => Ok(Value::Float(draw())),
        Some(size) => filled(size, draw).map(wrap_array),
    }
}
