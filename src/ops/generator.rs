//! Generators of random numbers as values of the language: the default one, `torch.Generator`, seeds and states.

use super::args::Call;
use super::def::{Example, Forms, OpDef};
use crate::array::mt19937::Mt19937;
use crate::array::random::Generator;
use crate::array::{Array, DType};
use crate::diag::{Fault, Result};
use crate::value::class::Kind;
use crate::value::{Args, Caller, Class, Instance, Native, Value, intern, types};
use num_traits::ToPrimitive;
use std::cell::RefCell;
use std::rc::Rc;

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&MANUAL_SEED, &INITIAL_SEED, &SEED, &GET_RNG_STATE, &SET_RNG_STATE];

/// The class and the default generator of a thread.
struct Defaults {
    class: Rc<Class>,
    generator: Rc<RefCell<Generator>>,
    object: Rc<Instance>,
}

thread_local! {
    static DEFAULTS: Defaults = Defaults::new();
}

impl Defaults {
    fn new() -> Defaults {
        let class = Class::builtin("Generator", "torch._C", &[&types().object], Kind::Object);
        class.construct.set(Some(construct));
        let methods: [(&'static str, &'static str, &'static str, crate::value::NativeFn); 5] = [
            ("manual_seed", "self, seed", "Starts over with a seed; returns the generator.", |n, _, a| {
                let (object, g) = receiver(n, &a)?;
                g.borrow_mut().manual_seed(seed_of(a.values.get(1).unwrap_or(&Value::None))?);
                Ok(object)
            }),
            ("initial_seed", "self", "The seed it was last given.", |n, _, a| {
                Ok(seed_value(receiver(n, &a)?.1.borrow().initial_seed()))
            }),
            ("seed", "self", "Starts over with a fresh random seed, which is returned.", |n, _, a| {
                Ok(reseed(&receiver(n, &a)?.1))
            }),
            ("get_state", "self", "The state as a tensor of bytes.", |n, _, a| {
                Ok(Value::tensor(encode(&receiver(n, &a)?.1.borrow())))
            }),
            ("set_state", "self, new_state", "Restores a state.", |n, _, a| {
                let (_, g) = receiver(n, &a)?;
                *g.borrow_mut() = decode(a.values.get(1).unwrap_or(&Value::None))?;
                Ok(Value::None)
            }),
        ];
        for (name, signature, doc, func) in methods {
            let native = Native::new("torch._C", name, signature, doc, func).of_type("Generator");
            class.set(&intern(name), native.value());
        }
        let generator = Rc::new(RefCell::new(Generator::from_entropy()));
        let object = Instance::native(class.clone(), RefCell::new(generator.clone()));
        Defaults { class, generator, object }
    }
}

/// What a generator object holds.
type Holder = RefCell<Rc<RefCell<Generator>>>;

/// The generator in a value.
fn generator_in(value: &Value) -> Option<Rc<RefCell<Generator>>> {
    match value {
        Value::Object(o) => Some(o.native_payload::<Holder>()?.borrow().clone()),
        _ => None,
    }
}

fn receiver(native: &Native, args: &Args) -> Result<(Value, Rc<RefCell<Generator>>)> {
    let object = args.values.first().cloned().unwrap_or_default();
    match generator_in(&object) {
        Some(g) => Ok((object, g)),
        None => Err(Fault::type_error(format!("{}() needs a Generator", native.name))),
    }
}

fn construct(_native: &Native, _caller: &mut dyn Caller, _args: Args) -> Result<Value> {
    let generator = Rc::new(RefCell::new(Generator::default()));
    let class = DEFAULTS.with(|d| d.class.clone());
    Ok(Value::Object(Instance::native(class, RefCell::new(generator))))
}

/// Runs a function with the generator in argument `i`, the default one when it is None.
///
/// Errors: TypeError for anything else.
pub fn with_generator<R>(call: &Call, i: usize, f: impl FnOnce(&mut Generator) -> Result<R>) -> Result<R> {
    let generator = match call.value(i) {
        Value::None | Value::Undef => DEFAULTS.with(|d| d.generator.clone()),
        other => generator_in(other).ok_or_else(|| call.invalid_combination(i))?,
    };
    let mut generator = generator.borrow_mut();
    f(&mut generator)
}

/// Runs a function with the default generator.
pub fn with_default<R>(f: impl FnOnce(&mut Generator) -> R) -> R {
    let generator = DEFAULTS.with(|d| d.generator.clone());
    let mut generator = generator.borrow_mut();
    f(&mut generator)
}

/// A seed as PyTorch reads it: negative ones wrap.
fn seed_of(value: &Value) -> Result<u64> {
    match value {
        Value::Int(i) => Ok(*i as u64),
        Value::Bool(b) => Ok(*b as u64),
        Value::Float(f) => Ok(*f as i64 as u64),
        Value::Big(b) => b.to_u64().ok_or_else(|| Fault::value("Overflow when unpacking long long")),
        Value::Tensor(t) => Ok(t.item()?.as_i64() as u64),
        Value::Str(s) => match s.trim().parse::<i64>() {
            Ok(i) => Ok(i as u64),
            Err(_) => Err(Fault::value(format!("invalid literal for int() with base 10: '{}'", &***s))),
        },
        other => Err(Fault::type_error(format!(
            "int() argument must be a string, a bytes-like object or a real number, not '{}'",
            crate::value::protocol::class_name(other)
        ))),
    }
}

fn seed_value(seed: u64) -> Value {
    Value::big(seed.into())
}

fn reseed(generator: &RefCell<Generator>) -> Value {
    let fresh = Generator::from_entropy();
    let seed = fresh.initial_seed();
    *generator.borrow_mut() = fresh;
    seed_value(seed)
}

const WORDS: usize = 624;
const STATE_BYTES: usize = 5056;

/// The state in PyTorch's layout: seed, counters, words, the cached normal.
fn encode(g: &Generator) -> Array {
    let (engine, cached) = g.state();
    let (words, position) = engine.state();
    let mut bytes = Vec::with_capacity(STATE_BYTES);
    bytes.extend(g.initial_seed().to_le_bytes());
    bytes.extend(((WORDS + 1).saturating_sub(position) as i32).to_le_bytes());
    bytes.extend(1i32.to_le_bytes());
    bytes.extend((position as u64).to_le_bytes());
    words.iter().for_each(|w| bytes.extend((*w as u64).to_le_bytes()));
    bytes.extend(0f64.to_le_bytes());
    bytes.extend(cached.unwrap_or(0.0).to_le_bytes());
    bytes.extend(1f64.to_le_bytes());
    bytes.extend((cached.is_some() as i64).to_le_bytes());
    bytes.resize(STATE_BYTES, 0);
    Array::from_vec(bytes, vec![STATE_BYTES])
}

fn decode(value: &Value) -> Result<Generator> {
    let Value::Tensor(t) = value else {
        return Err(Fault::type_error(format!(
            "expected a torch.ByteTensor, but got {}",
            crate::value::protocol::class_name(value)
        )));
    };
    if t.dtype() != DType::U8 {
        return Err(Fault::type_error("RNG state must be a torch.ByteTensor"));
    }
    let bytes: Vec<u8> = t.array().to_vec()?;
    if bytes.len() != STATE_BYTES {
        return Err(Fault::runtime("RNG state is wrong size"));
    }
    let word = |at: usize| -> u64 { (0..8).fold(0, |v, i| v | (bytes[at + i] as u64) << (8 * i)) };
    let mut words = [0u32; WORDS];
    for (i, w) in words.iter_mut().enumerate() {
        *w = word(24 + 8 * i) as u32;
    }
    let left = word(8) as u32 as usize;
    let position = if left <= 1 { WORDS } else { (WORDS + 1).saturating_sub(left) };
    let tail = 24 + 8 * WORDS;
    let cached = (word(tail + 24) as u32 != 0).then(|| f64::from_bits(word(tail + 8)));
    Ok(Generator::from_state(word(0), Mt19937::from_state(&words, position), cached))
}

/// A new start of the default generator.
pub static MANUAL_SEED: OpDef = OpDef::composite("manual_seed", "seed", |c| {
    let seed = seed_of(c.value(0))?;
    with_default(|g| g.manual_seed(seed));
    Ok(Value::Object(DEFAULTS.with(|d| d.object.clone())))
})
.doc("Starts the default generator over with a seed; returns the generator.")
.examples(&[Example("torch.manual_seed(7).initial_seed()", "7")])
.samples(&["0"])
.forms(Forms::FUNCTION);

/// The seed of the default generator.
pub static INITIAL_SEED: OpDef =
    OpDef::composite("initial_seed", "", |_| Ok(seed_value(with_default(|g| g.initial_seed()))))
        .doc("The seed that the default generator was last given.")
        .examples(&[Example("torch.initial_seed()", "0")])
        .forms(Forms::FUNCTION);

/// A new random start of the default generator.
pub static SEED: OpDef = OpDef::composite("seed", "", |_| Ok(reseed(&DEFAULTS.with(|d| d.generator.clone()))))
    .doc("Starts the default generator over with a fresh random seed, which is returned.")
    .examples(&[Example("torch.seed() == torch.initial_seed()", "True")])
    .forms(Forms::FUNCTION);

/// The state of the default generator.
pub static GET_RNG_STATE: OpDef =
    OpDef::composite("get_rng_state", "", |_| Ok(Value::tensor(with_default(|g| encode(g)))))
        .doc("The state of the default generator as a tensor of bytes.")
        .examples(&[Example("torch.get_rng_state().shape", "torch.Size([5056])")])
        .forms(Forms::FUNCTION);

/// Restores the state of the default generator.
pub static SET_RNG_STATE: OpDef = OpDef::composite("set_rng_state", "new_state", |c| {
    let restored = decode(c.value(0))?;
    with_default(|g| *g = restored);
    Ok(Value::None)
})
.doc("Restores a state of the default generator that get_rng_state gave.")
.examples(&[Example("torch.set_rng_state(torch.get_rng_state())", "")])
.samples(&["torch.get_rng_state()"])
.forms(Forms::FUNCTION);

/// Binds the class and the default generator.
pub(super) fn install(modules: &super::registry::Modules) {
    DEFAULTS.with(|d| {
        modules.torch.set("Generator", Value::Class(d.class.clone()));
        modules.torch.set("default_generator", Value::Object(d.object.clone()));
    });
}
