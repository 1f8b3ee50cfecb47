//! Reductions (first step: undoing a broadcast).
use super::{Array, map};
use crate::diag::Result;
/// The array summed to sizes that broadcast to its own.
pub fn sum_to(a: &Array, sizes: &[usize]) -> Result<Array> {
    let out = Array::full(sizes, super::Scalar::Int(0), a.dtype)?;
    let wide = out.layout.broadcast_to(a.sizes())?;
    let (to, from) = (super::iter::positions(&wide), super::iter::positions(&a.layout));
    crate::with_dtype!(a.dtype, T => {
        let src = a.storage.read();
        let mut dst = out.storage.write();
        if let (Some(s), Some(d)) = (<T as super::storage::Typed>::slice(&src), <T as super::storage::Typed>::slice_mut(&mut dst)) {
            for (t, f) in to.into_iter().zip(from) {
                d[t] = <T as super::Element>::from_f64(super::Element::to_f64(d[t]) + super::Element::to_f64(s[f]));
            }
        }
    });
    let _ = map::contiguous;
    Ok(out)
}
