//! The module `random`: CPython's generator and distributions, number for number.

mod distribution;
mod engine;
mod sample;

use super::super::classes::extra;
use super::super::convert::unwrap;
use super::super::table::Def;
use crate::diag::{Fault, Result};
use crate::value::{Args, Caller, Instance, Module, Native, Value, class_of, intern};
use engine::Engine;
use std::cell::RefCell;
use std::rc::Rc;

/// The functions; as methods of `Random` they take the generator first.
static FUNCTIONS: [Def; 21] = [
    Def("seed", "a=None, version=2", "Initialize internal state from a seed.", engine::seed),
    Def("getstate", "", "Return internal state; can be passed to setstate() later.", engine::get_state),
    Def("setstate", "state", "Restore internal state from object returned by getstate().", engine::set_state),
    Def("getrandbits", "k", "Return an int with k random bits.", engine::random_bits),
    Def("random", "", "The next number in the interval [0, 1).", |n, _, a| {
        Ok(Value::Float(engine_of(n, a)?.borrow_mut().random()))
    }),
    Def(
        "randrange",
        "start, stop=None, step=1",
        "Choose a random item from range(stop) or range(start, stop, step).",
        sample::randrange,
    ),
    Def("randint", "a, b", "Return random integer in range [a, b], including both end points.", sample::randint),
    Def("choice", "seq", "Choose a random element from a non-empty sequence.", sample::choice),
    Def(
        "choices",
        "population, weights=None, *, cum_weights=None, k=1",
        "Return a list of elements chosen with replacement.",
        sample::choices,
    ),
    Def("shuffle", "x", "Shuffle list x in place, and return None.", sample::shuffle),
    Def(
        "sample",
        "population, k, *, counts=None",
        "Choose k unique random elements from a population sequence.",
        sample::sample,
    ),
    Def("uniform", "a, b", "Get a random number in the range [a, b].", |n, c, a| {
        distribution::run(n, c, a, distribution::uniform)
    }),
    Def("triangular", "low=0.0, high=1.0, mode=None", "Triangular distribution.", distribution::triangular),
    Def("gauss", "mu=0.0, sigma=1.0", "Gaussian distribution.", |n, c, a| {
        distribution::run(n, c, a, distribution::gauss)
    }),
    Def("normalvariate", "mu=0.0, sigma=1.0", "Normal distribution.", |n, c, a| {
        distribution::run(n, c, a, distribution::normal)
    }),
    Def("lognormvariate", "mu, sigma", "Log normal distribution.", |n, c, a| {
        distribution::run(n, c, a, |e, mu, sigma| Ok(distribution::normal(e, mu, sigma)?.exp()))
    }),
    Def("expovariate", "lambd", "Exponential distribution.", distribution::exponential),
    Def("gammavariate", "alpha, beta", "Gamma distribution.", |n, c, a| {
        distribution::run(n, c, a, distribution::gamma)
    }),
    Def("betavariate", "alpha, beta", "Beta distribution.", |n, c, a| distribution::run(n, c, a, distribution::beta)),
    Def("paretovariate", "alpha", "Pareto distribution.", distribution::pareto),
    Def("weibullvariate", "alpha, beta", "Weibull distribution.", |n, c, a| {
        distribution::run(n, c, a, distribution::weibull)
    }),
];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("random");
    *module.doc.borrow_mut() = "Random variable generators.".into();
    let class = &extra().random;
    class.construct.set(Some(construct));
    let hidden = Value::Object(Instance::native(class.clone(), RefCell::new(Engine::from_entropy())));
    for def in &FUNCTIONS {
        let signature: &'static str = if def.1.is_empty() {
            "self"
        } else {
            // Built once for each function; the signature of a method lives as long as the program.
            Box::leak(format!("self, {}", def.1).into_boxed_str())
        };
        let method = Native::new("random", def.0, signature, def.2, def.3).of_type("Random");
        class.dict.set_name(&intern(def.0), method.value());
        let function = Native::new("random", def.0, def.1, def.2, def.3).capturing(vec![hidden.clone()]);
        module.set(def.0, function.value());
    }
    module.set("Random", Value::Class(class.clone()));
    module
}

/// `Random(seed=None)`.
fn construct(_: &Native, caller: &mut dyn Caller, args: Args) -> Result<Value> {
    let class = super::super::convert::class_argument(args.values.first())?;
    let mut engine = Engine::from_entropy();
    if let Some(seed) = args.values.get(1) {
        engine.seed(&unwrap(seed), caller)?;
    }
    Ok(Value::Object(Instance::native(class, RefCell::new(engine))))
}

/// The generator of a call: that of the receiver, or the hidden one of the module.
fn engine_of(native: &Native, args: Args) -> Result<Rc<RefCell<Engine>>> {
    let object = if native.owner.is_some() { args.values.first() } else { native.captured.first() };
    match object {
        Some(Value::Object(o)) => o.native_payload::<RefCell<Engine>>(),
        _ => None,
    }
    .ok_or_else(|| {
        let got = object.map(|v| class_of(v).name.to_string()).unwrap_or_default();
        Fault::type_error(format!(
            "descriptor '{}' for 'Random' objects doesn't apply to a '{got}' object",
            native.name
        ))
    })
}

/// The arguments of a call without the receiver, in the order of the parameters.
fn arguments(native: &Native, args: Args) -> Result<Vec<Value>> {
    let bound = super::super::bind::bind(native, args)?;
    let skip = usize::from(native.owner.is_some());
    Ok(bound.into_iter().skip(skip).collect())
}
