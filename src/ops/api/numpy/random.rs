//! `np.random`: the functions on NumPy's legacy stream and the generators of `default_rng`, number for number.

use super::bridge::{check_axis, integer, shape_of};
use super::distributions::{drawn, sizes};
use super::promote::{array_of, wrap, wrap_array};
use super::shapes;
use super::source::{Shared, state};
use super::streams::{RandomState, Stream, shuffle};
use super::{distributions, vectors};
use crate::array::pcg64::Pcg64;
use crate::array::{Array, DType, map};
use crate::diag::{Fault, Result};
use crate::ops::api::table::{Def, functions, methods};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Module, Native, Value, intern, types};
use std::cell::RefCell;
use std::rc::Rc;

thread_local! {
    static CLASS: Rc<Class> = class();
    static GENERATOR: Rc<Class> = generator_class();
}

fn class() -> Rc<Class> {
    let class = Class::builtin("RandomState", "numpy.random.mtrand", &[&types().object], Kind::Builtin);
    class.construct.set(Some(|_: &Native, _: &mut dyn Caller, args: Args| {
        let seed = args.values.get(1).or_else(|| args.keyword("seed")).cloned().unwrap_or(Value::None);
        let state: Shared = Rc::new(RefCell::new(Box::new(seeded(&seed)?)));
        Ok(Value::Object(Instance::native(CLASS.with(Clone::clone), state)))
    }));
    draws(&class, "RandomState");
    methods(&class, "RandomState", LEGACY);
    class
}

fn generator_class() -> Rc<Class> {
    let class = Class::builtin("Generator", "numpy.random._generator", &[&types().object], Kind::Builtin);
    draws(&class, "Generator");
    methods(&class, "Generator", MODERN);
    class
}

/// Puts what every stream draws into a class.
fn draws(class: &Class, owner: &'static str) {
    methods(class, owner, DRAWS);
    methods(class, owner, vectors::DRAWS);
    for distribution in distributions::ALL {
        let native = distribution.native().of_type(owner);
        class.set(&intern(native.name), native.value());
    }
}

/// The words of a seed, lowest first: of an integer of any size, or of several.
fn words(seed: &Value) -> Result<Vec<u32>> {
    let refuse = || Fault::value("expected non-negative integer");
    match seed {
        Value::List(list) => words(&Value::tuple(list.to_vec())),
        Value::Tuple(items) => Ok(items.iter().map(words).collect::<Result<Vec<_>>>()?.concat()),
        Value::Big(big) => {
            let (sign, digits) = big.to_u32_digits();
            if sign == num_bigint::Sign::Minus { Err(refuse()) } else { Ok(digits) }
        }
        Value::Array(_) => {
            let each = map::cast(&array_of(seed)?, DType::I64)?.to_vec::<i64>()?;
            Ok(each.into_iter().map(|n| words(&Value::Int(n))).collect::<Result<Vec<_>>>()?.concat())
        }
        other => {
            let Some(n) = other.as_int() else {
                let shown = match other {
                    Value::Str(text) => text.to_string(),
                    Value::Float(x) => format!("{x:?}"),
                    other => crate::value::protocol::class_name(other).to_string(),
                };
                return Err(Fault::type_error(format!(
                    "SeedSequence expects int or sequence of ints for entropy not {shown}"
                )));
            };
            let n = u64::try_from(n).map_err(|_| refuse())?;
            Ok(if n > u32::MAX as u64 { vec![n as u32, (n >> 32) as u32] } else { vec![n as u32] })
        }
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

/// What every stream draws beside the distributions.
const DRAWS: &[Def] = &[
    Def("random", "size=None", "Uniform numbers in [0, 1).", uniform01),
    Def("shuffle", "x", "Shuffles along the first axis, in place.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        match &bound[0] {
            Value::List(list) => {
                let mut items = list.to_vec();
                shuffle(&mut **state.borrow_mut(), &mut items);
                *list.borrow_mut() = items;
            }
            Value::Array(cell) => {
                let array = cell.array.borrow().clone();
                let rows = array.sizes().first().copied().unwrap_or(0);
                let mut order: Vec<usize> = (0..rows).collect();
                shuffle(&mut **state.borrow_mut(), &mut order);
                let copy = picked(&array, 0, &order)?;
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
    Def("permutation", "x, axis=0", "A copy shuffled along an axis, or shuffled indices.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        let array = match bound[0].as_int() {
            Some(count) => {
                let mut order: Vec<i64> = (0..count.max(0)).collect();
                shuffle(&mut **state.borrow_mut(), &mut order);
                let n = order.len();
                return Ok(wrap_array(Array::from_vec(order, vec![n])));
            }
            None => array_of(&bound[0])?,
        };
        let axis = check_axis(integer(&bound[1])?, array.ndim())? as usize;
        let mut order: Vec<usize> = (0..array.sizes()[axis]).collect();
        shuffle(&mut **state.borrow_mut(), &mut order);
        picked(&array, axis, &order).map(wrap_array)
    }),
];

/// What only the legacy stream has.
const LEGACY: &[Def] = &[
    Def("choice", "a, size=None, replace=True, p=None", "Elements drawn with or without replacement.", choice),
    Def("seed", "seed=None", "Starts over with a seed.", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        *state.borrow_mut() = Box::new(seeded(&bound[0])?);
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
    Def("random_sample", "size=None", "Uniform numbers in [0, 1).", uniform01),
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
];

/// What only the streams of `default_rng` have.
const MODERN: &[Def] = &[
    Def(
        "choice",
        "a, size=None, replace=True, p=None, axis=0",
        "Slices along an axis drawn with or without replacement.",
        choice,
    ),
    Def("__repr__", "self, /", "The engine, and where it is.", |_, _, a| {
        let place = a.values.first().and_then(Value::address).unwrap_or(0);
        Ok(Value::from(format!("Generator(PCG64) at 0x{place:X}")))
    }),
    Def("__str__", "self, /", "The engine.", |_, _, _| Ok(Value::from("Generator(PCG64)"))),
    Def("random", "size=None, dtype=None, out=None", "Uniform numbers in [0, 1).", |n, _, a| {
        let (state, args) = state(n, a)?;
        let bound = n.parsed().bind(args, 0)?;
        let size = sizes(&bound[0])?;
        if super::dtypes::dtype_of(&bound[1])? != Some(DType::F32) {
            return drawn(size, || state.borrow_mut().double());
        }
        let mut state = state.borrow_mut();
        let engine = state.modern().ok_or_else(not_modern)?;
        let made = drawn(size, || (engine.next_u32() >> 8) as f64 / 16777216.0)?;
        Ok(wrap(map::cast(&array_of(&made)?, DType::F32)?))
    }),
    Def(
        "integers",
        "low, high=None, size=None, dtype=None, endpoint=False",
        "Integers in [low, high), or up to high with endpoint=True.",
        integers,
    ),
];

/// What makes a generator.
const MAKERS: &[Def] = &[Def("default_rng", "seed=None", "A generator of that seed.", |n, _, a| {
    let bound = n.parsed().bind(a, 0)?;
    if let Value::Object(object) = &bound[0]
        && Rc::ptr_eq(&object.class(), &GENERATOR.with(Clone::clone))
    {
        return Ok(bound[0].clone());
    }
    let seed = if bound[0].is_none() {
        let seed = crate::array::random::Generator::from_entropy().initial_seed();
        vec![seed as u32, (seed >> 32) as u32]
    } else {
        words(&bound[0])?
    };
    let state: Shared = Rc::new(RefCell::new(Box::new(Pcg64::new(&seed))));
    Ok(Value::Object(Instance::native(GENERATOR.with(Clone::clone), state)))
})];

#[cold]
fn not_modern() -> crate::diag::Error {
    Fault::internal("a generator without its engine")
}

fn integers(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    let int = |v: &Value| {
        v.as_scalar()
            .map(|s| s.as_i64())
            .ok_or_else(|| Fault::not_implemented("integers() with bounds that are arrays"))
    };
    let (low, high) = if bound[1].is_none() { (0, int(&bound[0])?) } else { (int(&bound[0])?, int(&bound[1])?) };
    let last = if matches!(bound[4], Value::Bool(true)) { Some(high) } else { high.checked_sub(1) };
    let last = match last {
        Some(last) if last >= low => last,
        _ if bound[1].is_none() => return Err(Fault::value("high <= 0")),
        _ => return Err(Fault::value("low >= high")),
    };
    let dtype = super::dtypes::dtype_of(&bound[3])?.unwrap_or(DType::I64);
    let span = last.wrapping_sub(low) as u64;
    let size = sizes(&bound[2])?;
    let n = crate::array::layout::checked_numel(size.as_deref().unwrap_or(&[]))?;
    let mut data = crate::array::storage::allocate::<i64>(n)?;
    let mut state = state.borrow_mut();
    let engine = state.modern().ok_or_else(not_modern)?;
    match dtype.size() * 8 {
        bits @ (8 | 16) => {
            let bits = if dtype == DType::Bool { 8 } else { bits as u32 };
            let max = u32::try_from(span)
                .ok()
                .filter(|&m| m < 1 << bits)
                .ok_or_else(|| Fault::value(format!("high is out of bounds for {}", dtype.name())))?;
            data.extend(engine.bounded_small(max, bits, n).into_iter().map(|x| low + x as i64));
        }
        _ => data.extend((0..n).map(|_| low.wrapping_add(engine.bounded(span) as i64))),
    }
    let made = map::cast(&Array::from_vec(data, size.clone().unwrap_or_default()), dtype)?;
    Ok(if size.is_none() { wrap(made) } else { wrap_array(made) })
}

fn uniform01(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    drawn(sizes(&bound[0])?, || state.borrow_mut().double())
}

/// The slices of an array along an axis in an order, copied.
fn picked(array: &Array, axis: usize, order: &[usize]) -> Result<Array> {
    let n = order.len();
    let index = Array::from_vec(order.iter().map(|&i| i as i64).collect(), vec![n]);
    super::bridge::run_array("index_select", &[wrap_array(array.clone()), Value::from(axis), wrap_array(index)], &[])
}

fn choice(native: &Native, _: &mut dyn Caller, args: Args) -> Result<Value> {
    let (state, args) = state(native, args)?;
    let bound = native.parsed().bind(args, 0)?;
    let population = match bound[0].as_int() {
        Some(n) if n > 0 => Err(n as usize),
        Some(_) => return Err(Fault::value("a must be greater than 0 unless no samples are taken")),
        None => Ok(array_of(&bound[0])?),
    };
    let (n, axis) = match (&population, bound.get(4)) {
        (Err(n), _) => (*n, 0),
        (Ok(a), Some(axis)) => {
            let axis = check_axis(integer(axis)?, a.ndim())? as usize;
            (a.sizes()[axis], axis)
        }
        (Ok(a), None) if a.ndim() == 1 => (a.numel(), 0),
        (Ok(_), None) => return Err(Fault::value("a must be 1-dimensional")),
    };
    if n == 0 {
        return Err(Fault::value("'a' cannot be empty unless no samples are taken"));
    }
    let replace = !matches!(bound[2], Value::Bool(false) | Value::Int(0));
    let size = sizes(&bound[1])?;
    let count = size.as_ref().map_or(1, |s| s.iter().product::<usize>());
    if !replace && count > n {
        let modern = state.borrow_mut().modern().is_some();
        return Err(Fault::value(match modern {
            true => "Cannot take a larger sample than population when replace is False",
            false => "Cannot take a larger sample than population when 'replace=False'",
        }));
    }
    let mut state = state.borrow_mut();
    let index: Vec<usize> = if bound[3].is_none() {
        if replace {
            (0..count).map(|_| state.bounded(n as u64 - 1) as usize).collect()
        } else {
            state.positions(n, count)
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
        weighted(&mut **state, p, count, replace)
    };
    let shape = size.clone().unwrap_or_default();
    match population {
        Err(_) if size.is_none() => Ok(Value::from(index.first().copied().unwrap_or(0))),
        Err(_) => Ok(wrap_array(Array::from_vec(index.into_iter().map(|i| i as i64).collect(), shape))),
        Ok(array) => {
            let flat = picked(&array, axis, &index)?;
            let shape = [&array.sizes()[..axis], &shape, &array.sizes()[axis + 1..]].concat();
            let shaped = shapes::to_shape(&flat, &shape.iter().map(|&s| s as i64).collect::<Vec<_>>())?;
            Ok(if shape.is_empty() { wrap(shaped) } else { wrap_array(shaped) })
        }
    }
}

/// Indices drawn by probability.
fn weighted(state: &mut dyn Stream, mut p: Vec<f64>, count: usize, replace: bool) -> Vec<usize> {
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
    for defs in [DRAWS, vectors::DRAWS, LEGACY, MAKERS] {
        functions(random, "numpy.random", defs);
    }
    for distribution in distributions::ALL {
        let native = distribution.native();
        random.set(native.name, native.value());
    }
    random.set("RandomState", Value::Class(CLASS.with(Clone::clone)));
    random.set("Generator", Value::Class(GENERATOR.with(Clone::clone)));
}
