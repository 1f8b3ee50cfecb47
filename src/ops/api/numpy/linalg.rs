//! `np.linalg`, by torch's operators in float64.

use super::bridge::{float_argument, run};
use super::promote::array_of;
use crate::array::{DType, map, rotation};
use crate::diag::{ExcKind, Fault, Result};
use crate::ops::api::table::Def;
use crate::value::sequence::NamedTuple;
use crate::value::{Args, Native, Tuple, TupleKind, Value, intern};
use num_complex::Complex64;

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
    Def("slogdet", "a", "Sign and logarithm of the determinant.", |n, _, a| {
        Ok(named("SlogdetResult", &["sign", "logabsdet"], one(n, a, "linalg_slogdet")?))
    }),
    Def("cholesky", "a", "The Cholesky factor.", |n, _, a| one(n, a, "linalg_cholesky")),
    Def("qr", "a, mode='reduced'", "The QR decomposition.", |n, _, a| {
        let mode = n.parsed().bind(a, 0)?[1].clone();
        let found = with(n, a, "linalg_qr", &[("mode", mode.clone())])?;
        match (&mode, found) {
            (Value::Str(mode), Value::Tuple(parts)) if mode.as_str() == "r" => {
                parts.get(1).cloned().ok_or_else(|| Fault::internal("qr gave no R"))
            }
            (_, found) => Ok(named("QRResult", &["Q", "R"], found)),
        }
    }),
    Def("eig", "a", "Eigenvalues and eigenvectors of a matrix.", |n, _, a| {
        Ok(named("EigResult", EIGEN, real_if_close(n, a, one(n, a, "linalg_eig")?)?))
    }),
    Def("eigvals", "a", "Eigenvalues of a matrix.", |n, _, a| real_if_close(n, a, one(n, a, "linalg_eigvals")?)),
    Def("eigh", "a, UPLO='L'", "Eigenvalues and eigenvectors of a symmetric matrix.", |n, _, a| {
        let triangle = n.parsed().bind(a, 0)?[1].clone();
        Ok(named("EighResult", EIGEN, with(n, a, "linalg_eigh", &[("UPLO", triangle)])?))
    }),
    Def("eigvalsh", "a", "Eigenvalues of a symmetric matrix.", |n, _, a| one(n, a, "linalg_eigvalsh")),
    Def("matrix_rank", "a", "The rank.", |n, _, a| one(n, a, "linalg_matrix_rank")),
    Def("cond", "a", "The condition number.", |n, _, a| one(n, a, "linalg_cond")),
    Def("svd", "a, full_matrices=True, compute_uv=True", "The singular value decomposition.", |n, _, a| {
        let bound = n.parsed().bind(a, 0)?;
        if matches!(bound[2], Value::Bool(false)) {
            return one(n, a, "linalg_svdvals");
        }
        Ok(named("SVDResult", &["U", "S", "Vh"], with(n, a, "linalg_svd", &[("full_matrices", bound[1].clone())])?))
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
    } else if error.message.starts_with("Expected UPLO argument") {
        error.kind = ExcKind::ValueError;
        error.message = "UPLO argument must be 'L' or 'U'".to_string();
    } else if error.message.contains("should not contain infs or NaNs") {
        error.kind = ExcKind::NumPyLinAlgError;
        error.message = "Array must not contain infs or NaNs".to_string();
    } else if error.kind == ExcKind::LinAlgError || error.message.contains("singular") {
        error.kind = ExcKind::NumPyLinAlgError;
        error.message = "Singular matrix".to_string();
    }
    error
}

fn one(native: &Native, args: Args, torch: &str) -> Result<Value> {
    with(native, args, torch, &[])
}

/// An operator on the first argument, which must be made of matrices.
fn with(native: &Native, args: Args, torch: &str, keywords: &[(&str, Value)]) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    let x = float_argument(&bound[0])?;
    let ndim = array_of(&x)?.ndim();
    if ndim < 2 {
        return Err(Fault::new(
            ExcKind::NumPyLinAlgError,
            format!("{ndim}-dimensional array given. Array must be at least two-dimensional"),
        ));
    }
    rotation::as_numpy(|| run(torch, &[x], keywords)).map_err(in_numpy_words)
}

fn two(native: &Native, args: Args, torch: &str) -> Result<Value> {
    let bound = native.parsed().bind(args, 0)?;
    run(torch, &[float_argument(&bound[0])?, float_argument(&bound[1])?], &[]).map_err(in_numpy_words)
}

/// The fields of eigenvalues and eigenvectors.
const EIGEN: &[&str] = &["eigenvalues", "eigenvectors"];

/// A tuple under the name and with the fields of NumPy's result type.
fn named(name: &'static str, fields: &[&str], value: Value) -> Value {
    let Value::Tuple(tuple) = &value else { return value };
    let fields = || fields.iter().map(|f| intern(f)).collect();
    let kind = NamedTuple::of_results((name, ""), false, || (name.to_string(), fields()));
    Value::Tuple(Tuple::new(TupleKind::Named(kind), tuple.iter().cloned()))
}

/// What was found of real matrices as real arrays, when the first has no imaginary parts: the eigenvalues say whether
/// the vectors have.
fn real_if_close(native: &Native, args: Args, value: Value) -> Result<Value> {
    if array_of(&float_argument(&native.parsed().bind(args, 0)?[0])?)?.dtype.is_complex() {
        return Ok(value);
    }
    let parts: Vec<Value> = match &value {
        Value::Tuple(parts) => parts.to_vec(),
        other => vec![other.clone()],
    };
    let values = array_of(&parts[0])?;
    if map::cast(&values, DType::C128)?.to_vec::<Complex64>()?.iter().any(|z| z.im != 0.0) {
        return Ok(value);
    }
    let real = |part: &Value| run("real", std::slice::from_ref(part), &[]);
    match &value {
        Value::Tuple(_) => Ok(Value::tuple(parts.iter().map(real).collect::<Result<Vec<_>>>()?)),
        other => real(other),
    }
}
