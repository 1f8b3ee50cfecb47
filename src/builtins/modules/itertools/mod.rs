//! The module `itertools`.

mod combine;
mod select;

pub use select::stepper;

use super::super::bind::bind;
use super::super::table::{Def, add_class_methods};
use crate::diag::Result;
use crate::value::types::iterator_class;
use crate::value::{Args, Module, Native, NativeFn, Value, intern};
use std::rc::Rc;

/// The iterator types: name, parameters, documentation, constructor.
static TYPES: [Def; 18] = [
    Def("count", "start=0, step=1", "Evenly spaced values starting with start, without end.", select::count),
    Def("cycle", "iterable, /", "The elements of an iterable again and again.", select::cycle),
    Def("repeat", "object, times=...", "An object again and again, or so many times.", select::repeat),
    Def(
        "accumulate",
        "iterable, func=None, *, initial=None",
        "Accumulated sums, or results of another function.",
        select::accumulate,
    ),
    Def("chain", "*iterables", "The elements of one iterable after another.", select::chain),
    Def("compress", "data, selectors", "The data elements whose selectors are true.", select::compress),
    Def(
        "dropwhile",
        "predicate, iterable, /",
        "The elements from the first that fails a predicate on.",
        select::dropwhile,
    ),
    Def(
        "takewhile",
        "predicate, iterable, /",
        "The elements before the first that fails a predicate.",
        select::takewhile,
    ),
    Def("filterfalse", "function, iterable, /", "The elements for which a function is false.", select::filterfalse),
    Def("groupby", "iterable, key=None", "Consecutive keys and groups.", select::groupby),
    Def("islice", "iterable, start, stop=..., step=..., /", "A slice of an iterable.", select::islice),
    Def("pairwise", "iterable, /", "Successive overlapping pairs.", select::pairwise),
    Def("starmap", "function, iterable, /", "A function of the elements of tuples.", select::starmap),
    Def(
        "zip_longest",
        "*iterables, fillvalue=None",
        "Tuples of items side by side, as long as the longest.",
        combine::zip_longest,
    ),
    Def("product", "*iterables, repeat=1", "Cartesian product.", combine::product),
    Def("permutations", "iterable, r=None", "Successive r-length permutations.", combine::permutations),
    Def("combinations", "iterable, r", "Successive r-length combinations.", combine::combinations),
    Def(
        "combinations_with_replacement",
        "iterable, r",
        "Combinations with repeated elements.",
        combine::combinations_with_replacement,
    ),
];

static TEE: [Def; 1] = [Def("tee", "iterable, n=2, /", "Independent iterators over one iterable.", select::tee)];

static FROM_ITERABLE: [Def; 1] =
    [Def("from_iterable", "cls, iterable, /", "Chain the iterables of an iterable.", select::chain_from_iterable)];

/// The module.
pub fn build() -> Rc<Module> {
    let module = Module::new("itertools");
    *module.doc.borrow_mut() = "Functional tools for creating and using iterators.".into();
    for (def, construct) in TYPES.iter().zip(CONSTRUCTORS) {
        let class = iterator_class(def.0);
        class.construct.set(Some(construct));
        class.dict.set_name(&intern("__doc__"), Value::str(def.2));
        module.set(def.0, Value::Class(class));
    }
    add_class_methods(&iterator_class("chain"), "chain", &FROM_ITERABLE);
    super::super::table::add_functions(&module, "itertools", &TEE);
    module
}

/// A constructor for each type: it drops the class and binds the rest as the type's table says.
macro_rules! constructors {
    ($($index:literal),*) => {
        [$(|_, caller, args| {
            let def = &TYPES[$index];
            let native = Native::new("itertools", def.0, def.1, def.2, def.3);
            let rest = Args { values: args.values.get(1..).unwrap_or(&[]), names: args.names };
            (def.3)(&native, caller, rest)
        }),*]
    };
}

static CONSTRUCTORS: [NativeFn; 18] = constructors![0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17];

/// The arguments in the order of the parameters.
fn arguments(native: &Native, args: Args) -> Result<Vec<Value>> {
    Ok(bind(native, args)?.into_vec())
}
