//! `np.random`: NumPy's legacy generator, number for number: `seed`, `rand`, `randn`, `normal`, `randint`, `shuffle`.

use super::bridge::shape_of;
use super::promote::{array_of, wrap, wrap_array};
use super::shapes;
use crate::array::mt19937::Mt19937;
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::{Def, functions, methods};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, types};
use std::cell::RefCell;
use std::rc::Rc;

/// The generator: the engine, and the second normal of the last pair.
pub struct RandomState {
    engine: Mt19937,
    cached: Option<f64>,
}

impl RandomState {
    /// The generator of a seed.
    pub fn new(seed: u32) -> RandomState {
        RandomState { engine: Mt19937::init_genrand(seed), cached: None }
    }

    /// The generator of a seed given as several words.
    fn from_key(key: &[u32]) -> RandomState {
        RandomState { engine: Mt19937::init_by_array(key), cached: None }
    }

    fn from_entropy() -> RandomState {
        let seed = crate::array::random::Generator::from_entropy().initial_seed();
        RandomState::from_key(&[seed as u32, (seed >> 32) as u32])
    }

    /// A float in [0, 1) with 53 bits.
    pub fn double(&mut self) -> f64 {
        let (a, b) = (self.engine.next_u32() >> 5, self.engine.next_u32() >> 6);
        (a as f64 * 67108864.0 + b as f64) / 9007199254740992.0
    }

    /// A standard normal number, by the polar method; each pair is drawn at once.
    pub fn normal(&mut self) -> f64 {
        if let Some(cached) = self.cached.take() {
            return cached;
        }
        loop {
            let (x, y) = (2.0 * self.double() - 1.0, 2.0 * self.double() - 1.0);
            let r = x * x + y * y;
            if r < 1.0 && r != 0.0 {
                let f = (-2.0 * r.ln() / r).sqrt();
                self.cached = Some(f * x);
                return f * y;
            }
        }
    }

    /// An integer in 0..=max, by masking and rejection.
    pub fn bounded(&mut self, max: u64) -> u64 {
        if max == 0 {
            return 0;
        }
        let mask = u64::MAX >> max.leading_zeros();
        loop {
            let value = if max <= u32::MAX as u64 {
                self.engine.next_u32() as u64 & mask
            } else {
                let high = self.engine.next_u32() as u64;
                (high << 32 | self.engine.next_u32() as u64) & mask
            };
            if value <= max {
                return value;
            }
        }
    }

    /// Shuffles positions (Fisher and Yates, from the end).
    fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.bounded(i as u64) as usize);
        }
    }
}

type Shared = Rc<RefCell<RandomState>>;

thread_local! {
    static GLOBAL: Shared = Rc::new(RefCell::new(RandomState::from_entropy()));
    static CLASS: Rc<Class> = class();
}

fn class() -> Rc<Class> {
    let class = Class::builtin("RandomState", "numpy.random.mtrand", &[&types().object], Kind::Builtin);
    class.construct.set(Some(|_: &Native, _: &mut dyn Caller, args: Args| {
        let seed = args.values.get(1).or_else(|| args.keyword("seed")).cloned().unwrap_or(Value::None);
        let state: Shared = Rc::new(RefCell::new(seeded(&seed)?));
        Ok(Value::Object(Instance::native(CLASS.with(Clone::clone), state)))
    }));
    methods(&class, "RandomState", FUNCTIONS);
    class
}

/// The generator of a call: the receiver's, or the global one; with the arguments after the receiver.
fn state<'a>(native: &Native, args: Args<'a>) -> Result<(Shared, Args<'a>)> {
    if native.owner.is_none() {
        return Ok((GLOBAL.with(Clone::clone), args));
    }
    match args.values.first() {
        Some(Value::Object(o)) => match o.native_payload::<Shared>() {
            Some(shared) => Ok(((*shared).clone(), Args { values: &args.values[1..], names: args.names })),
            None => Err(Fault::type_error("expected a RandomState")),
        },
        _ => Err(Fault::type_error("expected a RandomState")),
    }
}

fn seeded(seed: &Value) -> Result<RandomState> {
    match seed {
        Value::None | Value::Undef => Ok(RandomState::from_entropy()),
        v => match v.as_scalar() {
            Some(s) => {
                let n = s.as_i64();
                let word = u32::try_from(n).map_err(|_| Fault::value("Seed must be between 0 and 2**32 - 1"))?;
                Ok(RandomState::new(word))
            }
            None => {
                let words = map::cast(&array_of(v)?, DType::I64)?.to_vec::<i64>()?;
                Ok(RandomState::from_key(&words.into_iter().map(|w| w as u32).collect::<Vec<_>>()))
            }
        },
    }
}

/// The sizes of an argument; `None` for None, which asks for one number.
fn sizes(value: &Value) -> Result<Option<Vec<usize>>> {
    match value {
        Value::None | Value::Undef => Ok(None),
        v => shape_of(v).map(Some),
    }
}

/// Numbers of a size, or one of them.
fn drawn(sizes: Option<Vec<usize>>, mut draw: impl FnMut() -> f64) -> Result<Value> {
    match sizes {
        None => Ok(Value::Float(draw())),
        Some(sizes) => {
            let n = crate::array::layout::checked_numel(&sizes)?;
            let mut data = crate::array::storage::allocate::<f64>(n)?;
            data.extend((0..n).map(|_| draw()));
            Ok(wrap_array(Array::from_vec(data, sizes)))
        }
    }
}

/// A parameter of a distribution: one number, or one for each element of the result.
struct Parameter(Array);

impl Parameter {
    fn of(value: &Value) -> Result<Parameter> {
        Ok(Parameter(map::cast(&array_of(value)?, DType::F64)?))
    }

    fn at(&self, data: &[f64], i: usize) -> f64 {
        if data.len() == 1 { data[0] } else { data.get(i).copied().unwrap_or(f64::NAN) }
    }
}

/// Numbers of two parameters that broadcast with each other and with the size.
fn with_parameters(a: &Value, b: &Value, size: &Value, mut draw: impl FnMut(f64, f64) -> f64) -> Result<Value> {
    let (a, b) = (Parameter::of(a)?, Parameter::of(b)?);
    let mut shape = sizes(size)?;
    if a.0.numel() != 1 || b.0.numel() != 1 || (shape.is_none() && (a.0.ndim() > 0 || b.0.ndim() > 0)) {
        let together = crate::array::layout::broadcast_sizes(a.0.sizes(), b.0.sizes())?;
        shape.get_or_insert_with(|| together.to_vec());
    }
    let spread = |p: &Parameter| -> Result<Vec<f64>> {
        match &shape {
            Some(s) if p.0.numel() != 1 => p.0.with_layout(p.0.layout.broadcast_to(s)?).to_vec(),
            _ => p.0.to_vec(),
        }
    };
    let (x, y) = (spread(&a)?, spread(&b)?);
    let mut i = 0;
    drawn(shape, || {
        let drawn = draw(a.at(&x, i), b.at(&y, i));
        i += 1;
        drawn
    })
}

const FUNCTIONS: &[Def] = &[
    Def("seed", "seed=None", "Starts over with a seed.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        *state.borrow_mut() = seeded(&bound[0])?;
        Ok(Value::None)
    }),
    Def("rand", "*size", "Uniform numbers in [0, 1) of the given sizes.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let size =
            if args.values.is_empty() { None } else { Some(shape_of(&Value::tuple(args.values.iter().cloned()))?) };
        drawn(size, || state.borrow_mut().double())
    }),
    Def("randn", "*size", "Standard normal numbers of the given sizes.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let size =
            if args.values.is_empty() { None } else { Some(shape_of(&Value::tuple(args.values.iter().cloned()))?) };
        drawn(size, || state.borrow_mut().normal())
    }),
    Def("random", "size=None", "Uniform numbers in [0, 1).", uniform01),
    Def("random_sample", "size=None", "Uniform numbers in [0, 1).", uniform01),
    Def("uniform", "low=0.0, high=1.0, size=None", "Uniform numbers between bounds.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        with_parameters(&bound[0], &bound[1], &bound[2], |low, high| low + (high - low) * state.borrow_mut().double())
    }),
    Def("normal", "loc=0.0, scale=1.0, size=None", "Normal numbers.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        if Parameter::of(&bound[1])?.0.to_vec::<f64>()?.iter().any(|&s| s < 0.0) {
            return Err(Fault::value("scale < 0"));
        }
        with_parameters(&bound[0], &bound[1], &bound[2], |loc, scale| loc + scale * state.borrow_mut().normal())
    }),
    Def("standard_normal", "size=None", "Standard normal numbers.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        drawn(sizes(&bound[0])?, || state.borrow_mut().normal())
    }),
    Def("lognormal", "mean=0.0, sigma=1.0, size=None", "Numbers whose logarithm is normal.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        with_parameters(&bound[0], &bound[1], &bound[2], |m, s| (m + s * state.borrow_mut().normal()).exp())
    }),
    Def("exponential", "scale=1.0, size=None", "Exponential numbers.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        with_parameters(&bound[0], &Value::Float(0.0), &bound[1], |scale, _| {
            -scale * (1.0 - state.borrow_mut().double()).ln()
        })
    }),
    Def("randint", "low, high=None, size=None, dtype=None", "Integers in [low, high).", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        let int = |v: &Value| {
            v.as_scalar().map(|s| s.as_i64()).ok_or_else(|| Fault::type_error("randint() requires integers"))
        };
        let (low, high) = if bound[1].is_none() { (0, int(&bound[0])?) } else { (int(&bound[0])?, int(&bound[1])?) };
        if low >= high {
            return Err(Fault::value("low >= high"));
        }
        let dtype = super::dtypes::dtype_of(&bound[3])?;
        let span = high.wrapping_sub(1).wrapping_sub(low) as u64;
        let draw = || low.wrapping_add(state.borrow_mut().bounded(span) as i64);
        match sizes(&bound[2])? {
            None if dtype.is_none() => Ok(Value::Int(draw())),
            None => Ok(wrap(map::cast(&Array::scalar(draw()), dtype.unwrap_or(DType::I64))?)),
            Some(sizes) => {
                let n = crate::array::layout::checked_numel(&sizes)?;
                let mut data = crate::array::storage::allocate::<i64>(n)?;
                data.extend((0..n).map(|_| draw()));
                let made = Array::from_vec(data, sizes);
                Ok(wrap_array(super::create::converted(&made, dtype)?))
            }
        }
    }),
    Def("shuffle", "x", "Shuffles along the first axis, in place.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        match &bound[0] {
            Value::List(list) => {
                let mut items = list.to_vec();
                state.borrow_mut().shuffle(&mut items);
                *list.borrow_mut() = items;
            }
            Value::Array(cell) => {
                let array = cell.array.borrow().clone();
                let rows = array.sizes().first().copied().unwrap_or(0);
                let mut order: Vec<usize> = (0..rows).collect();
                state.borrow_mut().shuffle(&mut order);
                let copy = picked(&array, &order)?;
                map::copy_into(&array, &copy)?;
                array.storage.bump();
            }
            other => {
                return Err(Fault::type_error(format!(
                    "'{}' object does not support item assignment",
                    crate::value::protocol::class_name(other)
                )));
            }
        }
        Ok(Value::None)
    }),
    Def("permutation", "x", "A shuffled copy, or shuffled indices.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        let array = match bound[0].as_int() {
            Some(count) => {
                let mut order: Vec<i64> = (0..count.max(0)).collect();
                state.borrow_mut().shuffle(&mut order);
                let n = order.len();
                return Ok(wrap_array(Array::from_vec(order, vec![n])));
            }
            None => array_of(&bound[0])?,
        };
        let mut order: Vec<usize> = (0..array.sizes().first().copied().unwrap_or(0)).collect();
        state.borrow_mut().shuffle(&mut order);
        picked(&array, &order).map(wrap_array)
    }),
    Def("choice", "a, size=None, replace=True, p=None", "Elements drawn with or without replacement.", choice),
    Def("default_rng", "seed=None", "Refused: only the legacy stream is here.", |_, _, _| {
        Err(Fault::not_implemented("np.random.default_rng is not supported")
            .with_help("np.random.seed(0); np.random.rand(3)"))
    }),
];

fn uniform01(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    drawn(sizes(&bound[0])?, || state.borrow_mut().double())
}

/// The rows of an array in an order, copied.
fn picked(array: &Array, order: &[usize]) -> Result<Array> {
    let n = order.len();
    let index = Array::from_vec(order.iter().map(|&i| i as i64).collect(), vec![n]);
    super::bridge::run_array("index_select", &[wrap_array(array.clone()), Value::Int(0), wrap_array(index)], &[])
}

fn choice(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    let population = match bound[0].as_int() {
        Some(n) if n > 0 => Err(n as usize),
        Some(_) => return Err(Fault::value("a must be greater than 0 unless no samples are taken")),
        None => Ok(array_of(&bound[0])?),
    };
    let n = match &population {
        Err(n) => *n,
        Ok(a) if a.ndim() == 1 => a.numel(),
        Ok(_) => return Err(Fault::value("a must be 1-dimensional")),
    };
    if n == 0 {
        return Err(Fault::value("'a' cannot be empty unless no samples are taken"));
    }
    let replace = !matches!(bound[2], Value::Bool(false) | Value::Int(0));
    let size = sizes(&bound[1])?;
    let count = size.as_ref().map_or(1, |s| s.iter().product::<usize>());
    if !replace && count > n {
        return Err(Fault::value("Cannot take a larger sample than population when 'replace=False'"));
    }
    let mut state = state.borrow_mut();
    let index: Vec<usize> = if bound[3].is_none() {
        if replace {
            (0..count).map(|_| state.bounded(n as u64 - 1) as usize).collect()
        } else {
            let mut order: Vec<usize> = (0..n).collect();
            state.shuffle(&mut order);
            order.truncate(count);
            order
        }
    } else {
        let p = map::cast(&array_of(&bound[3])?, DType::F64)?.to_vec::<f64>()?;
        if p.len() != n {
            return Err(Fault::value("'a' and 'p' must have same size"));
        }
        if p.iter().any(|&x| x < 0.0) {
            return Err(Fault::value("Probabilities are not non-negative"));
        }
        if (p.iter().sum::<f64>() - 1.0).abs() > 1.5e-8 {
            return Err(Fault::value("Probabilities do not sum to 1"));
        }
        weighted(&mut state, p, count, replace)
    };
    let n = index.len();
    let shape = size.clone().unwrap_or_default();
    match population {
        Err(_) if size.is_none() => Ok(Value::from(index.first().copied().unwrap_or(0))),
        Err(_) => Ok(wrap_array(Array::from_vec(index.into_iter().map(|i| i as i64).collect(), shape))),
        Ok(array) => {
            let _ = n;
            let flat = picked(&array, &index)?;
            let shape: Vec<i64> = shape.iter().map(|&s| s as i64).collect();
            let shaped = shapes::to_shape(&flat, &shape)?;
            Ok(if size.is_none() { wrap(shaped) } else { wrap_array(shaped) })
        }
    }
}

/// Indices drawn by probability.
fn weighted(state: &mut RandomState, mut p: Vec<f64>, count: usize, replace: bool) -> Vec<usize> {
    let cumulative = |p: &[f64]| -> Vec<f64> {
        let mut sum = 0.0;
        let cdf: Vec<f64> = p
            .iter()
            .map(|x| {
                sum += x;
                sum
            })
            .collect();
        cdf.iter().map(|c| c / sum).collect()
    };
    let place = |cdf: &[f64], u: f64| cdf.partition_point(|&c| c <= u).min(cdf.len().saturating_sub(1));
    if replace {
        let cdf = cumulative(&p);
        return (0..count).map(|_| place(&cdf, state.double())).collect();
    }
    let mut found: Vec<usize> = Vec::with_capacity(count);
    let drawable = p.iter().filter(|&&x| x > 0.0).count();
    while found.len() < count.min(drawable) {
        let drawn: Vec<f64> = (0..count - found.len()).map(|_| state.double()).collect();
        for &i in &found {
            p[i] = 0.0;
        }
        let cdf = cumulative(&p);
        for u in drawn {
            let i = place(&cdf, u);
            if !found.contains(&i) {
                found.push(i);
            }
        }
    }
    found
}

/// Binds the functions.
pub fn install(random: &Module) {
    functions(random, "numpy.random", FUNCTIONS);
    random.set("RandomState", Value::Class(CLASS.with(Clone::clone)));
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from NumPy 2.4: `np.random.seed(0)` and the first numbers of each kind.
    #[test]
    fn the_stream_is_numpys() {
        let mut s = RandomState::new(0);
        assert_eq!(s.double(), 0.5488135039273248);
        let mut s = RandomState::new(0);
        assert_eq!([s.normal(), s.normal()], [1.764052345967664, 0.4001572083672233]);
        let mut s = RandomState::new(0);
        let drawn: Vec<u64> = (0..5).map(|_| s.bounded(9)).collect();
        assert_eq!(drawn, [5, 0, 3, 3, 7]);
    }
}
