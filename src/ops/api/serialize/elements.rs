//! The bytes of a storage, and a storage from its bytes: little-endian, as PyTorch writes them.

use crate::array::{Buffer, DType};
use crate::diag::{Fault, Result};

/// The elements as bytes.
pub fn to_bytes(buffer: &Buffer) -> Vec<u8> {
    macro_rules! bytes {
        ($($tag:ident),*) => {
            match buffer {
                Buffer::Bool(v) => v.iter().map(|&b| b as u8).collect(),
                Buffer::U8(v) => v.clone(),
                $(Buffer::$tag(v) => v.iter().flat_map(|x| x.to_le_bytes()).collect()),*
            }
        };
    }
    bytes!(I8, I16, I32, I64, F16, BF16, F32, F64)
}

/// The elements in bytes.
///
/// Errors: RuntimeError when there are fewer than `count`.
pub fn from_bytes(dtype: DType, count: usize, bytes: &[u8]) -> Result<Buffer> {
    let needed = count.checked_mul(dtype.size());
    let Some(bytes) = needed.and_then(|n| bytes.get(..n)) else {
        return Err(Fault::runtime("PytorchStreamReader failed: a storage is smaller than its tensor says"));
    };
    macro_rules! elements {
        ($($tag:ident: $t:ty),*) => {
            match dtype {
                DType::Bool => Buffer::Bool(bytes.iter().map(|&b| b != 0).collect()),
                DType::U8 => Buffer::U8(bytes.to_vec()),
                $(DType::$tag => Buffer::$tag(
                    bytes
                        .chunks_exact(size_of::<$t>())
                        .map(|c| <$t>::from_le_bytes(c.try_into().unwrap_or_default()))
                        .collect(),
                ),)*
                // Pairs of parts.
                DType::C64 | DType::C128 => return from_bytes(dtype.to_real(), 2 * count, bytes),
            }
        };
    }
    Ok(elements!(I8: i8, I16: i16, I32: i32, I64: i64, F16: half::f16, BF16: half::bf16, F32: f32, F64: f64))
}
