//! stub
use crate::diag::{Fault, Result};
use crate::tensor::Tensor;
use crate::value::{Caller, NativeIter, Value};
pub struct Rows;
impl NativeIter for Rows { fn next(&mut self, _: &mut dyn Caller) -> Result<Option<Value>> { Ok(None) } fn type_name(&self) -> &'static str { "rows" } }
pub fn get_item(_t: &Tensor, _index: &Value, _caller: &mut dyn Caller) -> Result<Value> { Err(Fault::internal("x")) }
pub fn set_item(_t: &Tensor, _index: &Value, _value: &Value, _caller: &mut dyn Caller) -> Result<()> { Err(Fault::internal("x")) }
pub fn len(_t: &Tensor) -> Result<usize> { Ok(0) }
pub fn rows(_t: &Tensor) -> Result<Rows> { Ok(Rows) }
pub fn contains(_t: &Tensor, _item: &Value) -> Result<bool> { Ok(false) }
