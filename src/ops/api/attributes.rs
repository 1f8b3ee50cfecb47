//! The attributes of tensors: `t.shape`, `t.grad`, `t.grad_fn`, `t.T` and kin.

use super::table::{attributes, read_only};
use super::{device, graph};
use crate::array::DType;
use crate::array::layout::show_sizes;
use crate::diag::{Fault, Result};
use crate::ops::{call, shape};
use crate::tensor::Tensor;
use crate::value::{Caller, Class, GetSet, Value};

/// Puts the attributes into the dictionary of the class.
pub fn install(class: &Class) {
    attributes(class, ATTRIBUTES);
}

/// The tensor that an attribute is read from.
///
/// Errors: TypeError when the receiver is none.
pub(super) fn tensor(value: &Value) -> Result<&Tensor> {
    match value {
        Value::Tensor(t) => Ok(t),
        other => Err(Fault::type_error(format!(
            "descriptor for 'torch._C.TensorBase' objects doesn't apply to a '{}' object",
            crate::value::protocol::class_name(other)
        ))),
    }
}

/// An attribute that is the same for every tensor of this program.
macro_rules! never {
    ($name:literal, $doc:literal) => {
        read_only($name, $doc, |_, _| Ok(Value::Bool(false)))
    };
}

const ATTRIBUTES: &[GetSet] = &[
    read_only("shape", "The sizes, as a torch.Size.", |v, _| Ok(Value::size(tensor(v)?.array().sizes()))),
    read_only("dtype", "The element type.", |v, _| Ok(Value::DType(tensor(v)?.dtype()))),
    read_only("device", "Where the elements are: always the CPU.", |_, _| Ok(device::cpu())),
    read_only("ndim", "The number of dimensions.", |v, _| Ok(Value::from(tensor(v)?.ndim()))),
    read_only("itemsize", "Bytes per element.", |v, _| Ok(Value::from(tensor(v)?.dtype().size()))),
    read_only("nbytes", "Bytes of all elements.", |v, _| {
        let t = tensor(v)?;
        Ok(Value::from(t.numel().saturating_mul(t.dtype().size())))
    }),
    read_only("layout", "The memory layout: always torch.strided.", |_, _| Ok(super::constants::strided())),
    GetSet {
        name: "requires_grad",
        doc: "Whether gradients flow to or through the tensor; can be set on leaves.",
        get: |v, _| Ok(Value::Bool(tensor(v)?.requires_grad())),
        set: Some(|v, new, _| match new {
            Value::Bool(on) => tensor(v)?.set_requires_grad(on).map_err(|mut e| {
                e.message = e.message.replace("floating point dtype can", "floating point and complex dtype can");
                e
            }),
            Value::Undef => Err(cannot_delete("requires_grad")),
            _ => Err(Fault::runtime("requires_grad must be a bool")),
        }),
    },
    GetSet {
        name: "grad",
        doc: "The gradient that backward() accumulated, or None; can be set.",
        get: grad,
        set: Some(set_grad),
    },
    GetSet {
        name: "data",
        doc: "A tensor on the same elements, outside the graph; setting it replaces the elements.",
        get: |v, _| Ok(Value::Tensor(tensor(v)?.hidden_alias())),
        set: Some(set_data),
    },
    read_only("grad_fn", "The recorded operation that made the tensor, or None for leaves.", |v, _| {
        Ok(tensor(v)?.grad_edge().map_or(Value::None, |edge| graph::node_object(&edge.node)))
    }),
    read_only("is_leaf", "Whether the tensor was not made by a recorded operation.", |v, _| {
        Ok(Value::Bool(tensor(v)?.is_leaf()))
    }),
    read_only("retains_grad", "Whether a non-leaf keeps its gradient.", |v, _| {
        Ok(Value::Bool(tensor(v)?.retains_grad()))
    }),
    read_only("output_nr", "Which output of grad_fn the tensor is.", |v, _| {
        Ok(Value::Int(tensor(v)?.grad_edge().map_or(0, |e| e.slot as i64)))
    }),
    read_only("_version", "How often the elements were changed in place.", |v, _| {
        let t = tensor(v)?;
        if t.is_inference() {
            return Err(Fault::runtime("Inference tensors do not track version counter."));
        }
        Ok(Value::Int(t.array().storage.version() as i64))
    }),
    read_only("_base", "The tensor that this one is a view of, or None.", |v, _| {
        Ok(tensor(v)?.view().map_or(Value::None, |view| Value::Tensor(view.base)))
    }),
    read_only("grad_dtype", "The type that the gradient must have.", |v, _| Ok(Value::DType(tensor(v)?.dtype()))),
    read_only("T", "The dimensions in reverse order, as a view.", reversed),
    read_only("mT", "The last two dimensions swapped, as a view.", |v, caller| swapped(tensor(v)?, "mT", caller)),
    read_only("mH", "The last two dimensions swapped, complex numbers conjugated.", |v, caller| {
        conjugated(swapped(tensor(v)?, "mH", caller)?)
    }),
    read_only("H", "The matrix transposed, as a view.", |v, caller| {
        let t = tensor(v)?;
        match t.ndim() {
            0 | 2 => conjugated(swapped(t, "H", caller)?),
            n => {
                let hint = if n > 2 { ". For batches of matrices, consider using tensor.mH" } else { "" };
                Err(Fault::runtime(format!(
                    "tensor.H is only supported on matrices (2-D tensors). Got {n}-D tensor.{hint}"
                )))
            }
        }
    }),
    GetSet {
        name: "real",
        doc: "The real parts of complex numbers, as a view; a real tensor itself.",
        get: |v, _| Ok(Value::Tensor(tensor(v)?.real()?)),
        set: Some(|v, new, caller| write_part(tensor(v)?.real()?, new, caller)),
    },
    GetSet {
        name: "imag",
        doc: "The imaginary parts of complex numbers, as a view; real tensors are refused.",
        get: |v, _| Ok(Value::Tensor(tensor(v)?.imag()?)),
        set: Some(|v, new, caller| write_part(tensor(v)?.imag()?, new, caller)),
    },
    never!("is_cuda", "Whether the elements are on a CUDA device: never."),
    never!("is_mps", "Whether the elements are on an MPS device: never."),
    never!("is_xpu", "Whether the elements are on an XPU device: never."),
    never!("is_meta", "Whether the tensor has no elements but only a shape: never."),
    never!("is_sparse", "Whether the layout is sparse: never."),
    never!("is_sparse_csr", "Whether the layout is sparse by rows: never."),
    never!("is_quantized", "Whether the elements are quantized: never."),
    never!("is_mkldnn", "Whether the layout is oneDNN's: never."),
    never!("is_nested", "Whether the tensor is nested: never."),
    read_only("is_cpu", "Whether the elements are on the CPU: always.", |_, _| Ok(Value::Bool(true))),
];

#[cold]
fn cannot_delete(name: &str) -> crate::diag::Error {
    Fault::attribute(format!("attribute '{name}' of 'torch._C.TensorBase' objects is not writable"))
}

/// PyTorch's warning on reading the gradient of a tensor that keeps none.
const NOT_A_LEAF: &str = "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed. Its .grad \
    attribute won't be populated during autograd.backward(). If you indeed want the .grad field to be populated for a \
    non-leaf Tensor, use .retain_grad() on the non-leaf Tensor. If you access the non-leaf Tensor by mistake, make \
    sure you access the leaf Tensor instead. See github.com/pytorch/pytorch/pull/30531 for more information. \
    (Triggered internally at /__w/pytorch/pytorch/build/aten/src/ATen/core/TensorBody.h:488.)";

fn grad(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    let t = tensor(value)?;
    if let Some(grad) = t.grad() {
        return Ok(Value::Tensor(grad));
    }
    if !t.is_leaf() && !t.retains_grad() {
        caller.warn("UserWarning", NOT_A_LEAF)?;
    }
    Ok(Value::None)
}

fn set_grad(value: &Value, new: Value, _: &mut dyn Caller) -> Result<()> {
    let t = tensor(value)?;
    let grad = match new {
        Value::None | Value::Undef => {
            t.set_grad(None);
            return Ok(());
        }
        Value::Tensor(grad) => grad,
        other => {
            return Err(Fault::type_error(format!(
                "assigned grad expected to be a Tensor or None but got grad of type {}",
                crate::value::protocol::class_name(&other)
            )));
        }
    };
    if grad.is(t) {
        return Err(Fault::runtime("can't assign Variable as its own grad"));
    }
    if grad.dtype() != t.dtype() {
        return Err(Fault::runtime(format!(
            "attempting to assign a gradient with dtype '{}' to a tensor with grad_dtype '{}'. The gradient must match \
             the tensor's grad_dtype (defaults to the tensor's dtype). You can set the tensor's grad_dtype attribute \
             with a specific dtype, or None to allow any dtype. Set grad_dtype with caution. Diverging the dtypes of a \
             tensor and its gradient may break downstream systems that assume they match.",
            grad.dtype().c_name(),
            t.dtype().scalar_type()
        )));
    }
    if grad.array().sizes() != t.array().sizes() {
        return Err(Fault::runtime(format!(
            "attempting to assign a gradient of size '{}' to a tensor of size '{}'. Please ensure that the gradient and \
             the tensor are the same size",
            show_sizes(grad.array().sizes()),
            show_sizes(t.array().sizes())
        )));
    }
    t.set_grad(Some(grad));
    Ok(())
}

fn set_data(value: &Value, new: Value, _: &mut dyn Caller) -> Result<()> {
    let t = tensor(value)?;
    match new {
        Value::Tensor(data) => {
            if t.requires_grad() && !data.dtype().is_differentiable() {
                return Err(Fault::runtime(
                    "data set to a tensor that requires gradients must be floating point or complex dtype",
                ));
            }
            let array = data.array().clone();
            t.set_array(array);
            Ok(())
        }
        Value::Undef => Err(Fault::runtime("Deleting tensor data is not allowed. Delete tensor instead!")),
        other => Err(Fault::type_error(format!(
            "Variable data has to be a tensor, but got {}",
            crate::value::protocol::class_name(&other)
        ))),
    }
}

/// `t.real = new`: writes into the view.
fn write_part(part: Tensor, new: Value, _: &mut dyn Caller) -> Result<()> {
    let new = match new {
        Value::Tensor(t) => t,
        other => match other.as_scalar() {
            Some(_) => Tensor::new(crate::ops::literal::array_of(&other, Some(part.dtype()))?),
            None => return Err(Fault::type_error("assignment of a part takes a tensor or a number")),
        },
    };
    crate::ops::inplace::copy_from(&part, &new)
}

/// A transposed tensor conjugated, where it is complex.
fn conjugated(value: Value) -> Result<Value> {
    match value {
        Value::Tensor(t) => Ok(Value::Tensor(t.conj()?)),
        other => Ok(other),
    }
}

/// `t.T`
fn reversed(value: &Value, caller: &mut dyn Caller) -> Result<Value> {
    let t = tensor(value)?;
    match t.ndim() {
        2 => {}
        0 => caller.warn(
            "UserWarning",
            "Tensor.T is deprecated on 0-D tensors. This function is the identity in these cases. (Triggered \
             internally at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4313.)",
        )?,
        _ => caller.warn(
            "UserWarning",
            "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will \
             throw an error in a future release. Consider `x.mT` to transpose batches of matrices or \
             `x.permute(*torch.arange(x.ndim - 1, -1, -1))` to reverse the dimensions of a tensor. (Triggered \
             internally at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:4306.)",
        )?,
    }
    let order = Value::tuple((0..t.ndim() as i64).rev().map(Value::Int));
    Ok(Value::Tensor(call(&shape::PERMUTE, [value.clone(), order])?))
}

/// `t.mT` and kin.
fn swapped(t: &Tensor, name: &str, caller: &mut dyn Caller) -> Result<Value> {
    match t.ndim() {
        0 => {
            let line = if name == "mT" { 4366 } else { 4336 };
            caller.warn(
                "UserWarning",
                &format!(
                    "Tensor.{name} is deprecated on 0-D tensors. This function is the identity in these cases. \
                     (Triggered internally at /__w/pytorch/pytorch/aten/src/ATen/native/TensorShape.cpp:{line}.)"
                ),
            )?;
            Ok(Value::Tensor(t.clone()))
        }
        1 => Err(Fault::runtime(format!(
            "tensor.{name} is only supported on matrices or batches of matrices. Got 1-D tensor."
        ))),
        _ => Ok(Value::Tensor(t.transpose(-2i64, -1i64)?)),
    }
}

/// `torch.FloatTensor` and kin: the name of the tensor type of a dtype.
pub(super) fn type_name(dtype: DType) -> String {
    format!("torch.{}Tensor", dtype.scalar_type())
}
