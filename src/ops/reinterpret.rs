//! `view` as users call it: other sizes on the same storage, or the same bits as another dtype.

use super::def::{Example, Forms, OpDef};
use super::shape::VIEW;
use crate::array::{Array, DType, Dims, Layout};
use crate::diag::{Fault, Result};
use crate::value::{Bound, Value};
use half::{bf16, f16};

/// The operators of this file.
pub const FAMILY: &[&OpDef] = &[&VIEW_AS_ANY];

/// A view with other sizes, or the bits read as another dtype.
pub static VIEW_AS_ANY: OpDef = OpDef::composite("view", "input: Tensor, size: object...", |c| match c.value(1) {
    Value::DType(dtype) => Ok(Value::tensor(reread(&c.array(0)?, *dtype)?)),
    sizes => super::apply(&VIEW, Bound::from_iter([c.value(0).clone(), sizes.clone()])),
})
.doc("A tensor on the same storage with other sizes; one size may be -1.\nRefused when that would need a copy. With a dtype, a copy of the same bits read as that dtype.")
.forms(Forms::METHOD)
.examples(&[Example("torch.tensor([[1, 2], [3, 4]]).view(4)", "tensor([1, 2, 3, 4])")])
.samples(&["randn(2, 3), (3, 2)", "randn(2, 3), -1"]);

/// The bytes of the elements in row-major order.
fn bytes_of(a: &Array) -> Result<Vec<u8>> {
    macro_rules! bytes {
        ($t:ty) => {
            a.to_vec::<$t>()?.into_iter().flat_map(|x| x.to_le_bytes()).collect()
        };
    }
    Ok(match a.dtype {
        DType::Bool => a.to_vec::<bool>()?.into_iter().map(u8::from).collect(),
        DType::U8 => a.to_vec::<u8>()?,
        DType::I8 => bytes!(i8),
        DType::I16 => bytes!(i16),
        DType::I32 => bytes!(i32),
        DType::I64 => bytes!(i64),
        DType::F16 => bytes!(f16),
        DType::BF16 => bytes!(bf16),
        DType::F32 => bytes!(f32),
        DType::F64 => bytes!(f64),
        DType::C64 | DType::C128 => bytes_of(&a.pairs())?,
    })
}

/// The bits of an array read as another dtype; the last size changes with the size of an element.
fn reread(a: &Array, dtype: DType) -> Result<Array> {
    let (from, to) = (a.dtype.size(), dtype.size());
    let mut sizes = Dims::from_slice(a.sizes());
    if from != to {
        let Some(last) = sizes.last_mut() else {
            return Err(Fault::runtime(format!(
                "self.dim() cannot be 0 to view {} as {} (different element sizes)",
                a.dtype.scalar_type(),
                dtype.scalar_type()
            )));
        };
        if *last * from % to != 0 {
            return Err(Fault::runtime(format!(
                "self.size(-1) must be divisible by {} to view {} as {} (different element sizes), but got {last}",
                to / from,
                a.dtype.scalar_type(),
                dtype.scalar_type()
            )));
        }
        *last = *last * from / to;
    }
    let bytes = bytes_of(a)?;
    macro_rules! read {
        ($t:ty) => {{
            const N: usize = size_of::<$t>();
            let chunks = bytes.chunks_exact(N).map(|c| <$t>::from_le_bytes(c.try_into().unwrap_or([0; N])));
            Array::from_vec(chunks.collect::<Vec<$t>>(), sizes)
        }};
    }
    Ok(match dtype {
        DType::Bool => Array::from_vec(bytes.into_iter().map(|b| b != 0).collect(), sizes),
        DType::U8 => Array::from_vec(bytes, sizes),
        DType::I8 => read!(i8),
        DType::I16 => read!(i16),
        DType::I32 => read!(i32),
        DType::I64 => read!(i64),
        DType::F16 => read!(f16),
        DType::BF16 => read!(bf16),
        DType::F32 => read!(f32),
        DType::F64 => read!(f64),
        DType::C64 | DType::C128 => {
            let mut parts = sizes.clone();
            parts.push(2);
            let bytes =
                Array::from_vec(bytes, Dims::from_slice(&[parts.iter().product::<usize>() * dtype.to_real().size()]));
            let flat = reread(&bytes, dtype.to_real())?;
            flat.with_layout(Layout::contiguous(parts)).paired()?
        }
    })
}
