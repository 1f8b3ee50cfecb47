//! Arrays without gradients: dtypes, layouts, storage shared by views, and the kernels that compute on them.
//!
//! Knows no gradients, no operator names and no values of the language. The only layer that may use `unsafe`.

pub mod allocator;
#[allow(clippy::module_inception)]
pub mod array;
pub mod bessel;
pub mod complex;
pub mod conv;
pub mod create;
mod dense;
pub mod dtype;
pub mod eigen;
pub mod element;
pub mod extremes;
pub mod gamma;
pub mod grid;
pub mod iter;
pub mod layout;
pub mod map;
pub mod matmul;
pub mod matrix;
pub mod mt19937;
pub mod pairwise;
pub mod pcg64;
pub mod places;
pub mod polynomials;
pub mod probability;
pub mod random;
pub mod reduce;
pub mod rotation;
pub mod scan;
pub mod scatter;
pub mod select;
pub mod shape;
pub mod simd;
pub mod singular;
pub mod softmax;
pub mod sort;
pub mod special;
pub mod storage;
pub mod sums;
pub mod symmetric;
pub mod vmath;
pub mod windows;
pub mod ziggurat;

pub use array::Array;
pub use dtype::{Category, DType, Element, Ordered, Scalar};
pub use layout::{Dims, KnownLayout, Layout, Strides};
pub use storage::{Buffer, Storage, Typed};
