//! `np.linalg`, by torch's operators in float64.

use super::bridge::{float_argument, run};
use super::promote::array_of;
use crate::diag::{ExcKind, Fault, Result};
use crate::ops::api::table::Def;
use crate::value::{Args, Native, Value};

/// The functions.
pub const FUNCTIONS: &[Def] = &[
    Def("norm", "x, ord=None, axis=None, keepdims=False", "A norm of a vector or matrix.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        let x = float_argument(&bound[0])?;
        let mut keywords = vec![("keepdim", Value::Bool(matches!(bound[3], Value::Bool(true))))];
        if !bound[1].is_none() {
            keywords.push(("ord", bound[1].clone()));
        }
        if !bound[2].is_none() {
            keywords.push(("dim", bound[2].clone()));
        }
        run("linalg_norm", &[x], &keywords)
    }),
    Def("inv", "a", "The inverse.", |n, _, a| one(n, a, "linalg_inv")),
    Def("pinv", "a", "The pseudo-inverse.", |n, _, a| one(n, a, "linalg_pinv")),
    Def("det", "a", "The determinant.", |n, _, a| one(n, a, "linalg_det")),
    Def("slogdet", "a", "Sign and logarithm of the determinant.", |n, _, a| one(n, a, "linalg_slogdet")),
    Def("cholesky", "a", "The Cholesky factor.", |n, _, a| one(n, a, "linalg_cholesky")),
    Def("qr", "a", "The QR decomposition.", |n, _, a| one(n, a, "linalg_qr")),
    Def("eigh", "a", "Eigenvalues and eigenvectors of a symmetric matrix.", |n, _, a| one(n, a, "linalg_eigh")),
    Def("eigvalsh", "a", "Eigenvalues of a symmetric matrix.", |n, _, a| one(n, a, "linalg_eigvalsh")),
    Def("matrix_rank", "a", "The rank.", |n, _, a| one(n, a, "linalg_matrix_rank")),
    Def("cond", "a", "The condition number.", |n, _, a| one(n, a, "linalg_cond")),
    Def("svd", "a, full_matrices=True", "The singular value decomposition.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("linalg_svd", &[float_argument(&bound[0])?], &[("full_matrices", bound[1].clone())])
    }),
    Def("solve", "a, b", "The solution of linear equations.", |n, _, a| two(n, a, "linalg_solve")),
    Def("matrix_power", "a, n", "A power of a matrix.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        run("linalg_matrix_power", &[float_argument(&bound[0])?, bound[1].clone()], &[])
    }),
    Def("lstsq", "a, b, rcond=None", "The least-squares solution.", |n, _, a| two(n, a, "linalg_lstsq")),
];

fn in_numpy_words(error: crate::diag::Error) -> crate::diag::Error {
    let mut error = error;
    if error.message.contains("must be batches of square matrices") {
        error.kind = ExcKind::NumPyLinAlgError;
        error.message = "Last 2 dimensions of the array must be square".to_string();
    } else if error.message.contains("not positive-definite") {
        error.kind = ExcKind::NumPyLinAlgError;
        error.message = "Matrix is not positive definite".to_string();
    } else if error.kind == ExcKind::LinAlgError || error.message.contains("singular") {
        error.kind = ExcKind::NumPyLinAlgError;
        error.message = "Singular matrix".to_string();
    }
    error
}

fn one(native: &Native, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = float_argument(&bound[0])?;
    let ndim = array_of(&x)?.ndim();
    if ndim < 2 {
        return Err(Fault::new(
            ExcKind::NumPyLinAlgError,
            format!("{ndim}-dimensional array given. Array must be at least two-dimensional"),
        ));
    }
    run(torch, &[x], &[]).map_err(in_numpy_words)
}

fn two(native: &Native, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    run(torch, &[float_argument(&bound[0])?, float_argument(&bound[1])?], &[]).map_err(in_numpy_words)
}
