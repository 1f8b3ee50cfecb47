//! Division with rounding.

use super::args::Call;
use crate::diag::{Fault, Result};
use crate::value::Value;

/// `torch.div` with a rounding mode.
pub fn divide(_call: &Call) -> Result<Value> {
    Err(Fault::not_implemented("rounding_mode"))
}
