//! Where a function of `np.random` draws from: the global stream, or that of the generator whose method it is.

use super::streams::{RandomState, Stream};
use crate::diag::{Fault, Result};
use crate::value::{Args, Native, Value};
use std::cell::RefCell;
use std::rc::Rc;

/// A stream that functions or a generator object draw from.
pub type Shared = Rc<RefCell<Box<dyn Stream>>>;

thread_local! {
    static GLOBAL: Shared = Rc::new(RefCell::new(Box::new(RandomState::from_entropy())));
}

/// The generator of a call: the receiver's, or the global one; with the arguments after the receiver.
pub fn state<'a>(native: &Native, args: Args<'a>) -> Result<(Shared, Args<'a>)> {
    if native.owner.is_none() {
        return Ok((GLOBAL.with(Clone::clone), args));
    }
    match args.values.first() {
        Some(Value::Object(o)) => match o.native_payload::<Shared>() {
            Some(shared) => Ok(((*shared).clone(), Args { values: &args.values[1..], names: args.names })),
            None => Err(Fault::type_error("expected a random generator")),
        },
        _ => Err(Fault::type_error("expected a random generator")),
    }
}
