//! The text of NumPy arrays and scalars.

use crate::array::Array;

/// `repr` of an array or scalar.
pub fn repr(array: &Array, is_scalar: bool) -> String {
    let mut out = String::new();
    write_repr(&mut out, array, is_scalar);
    out
}

/// Appends the `repr` of an array or scalar.
pub fn write_repr(out: &mut String, array: &Array, is_scalar: bool) {
    let _ = (array, is_scalar);
    out.push_str("array(...)");
}

/// `str` of an array or scalar.
pub fn str(array: &Array, is_scalar: bool) -> String {
    repr(array, is_scalar)
}
